import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// The service over an embedded log, with the simulator as the account.
@Suite("ExtractorService", .serialized, .timeLimit(.minutes(5)))
struct ServiceTests {
    /// Runs the service while the body runs.
    private func whileServing(_ rig: Rig, concurrency: Int = 4, _ body: (Rig) async throws -> Void) async throws {
        var environment = rig.environment
        // The service waits for what is due: a clock that leaps would never let it.
        environment.access.clock = SystemClock()
        let service = ExtractorService(
            environment: environment,
            settings: ServiceSettings(concurrency: concurrency, turn: .milliseconds(200))
        )
        let stop = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run(stop: stop) }
            do {
                try await body(rig)
            } catch {
                stop.set()
                throw error
            }
            stop.set()
            try await group.waitForAll()
        }
    }

    @Test("a connection that is applied runs without a restart, a changed one with its change, a deleted one no more")
    func follows() async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.expectTruth()
                var changed = rig.definition
                changed.schedule = Schedule(everySeconds: 1)
                try await rig.publish(changed)
                try await rig.untilReports(3)
                try await rig.until {
                    let state = try await rig.state()
                    return state?.unfinishedSince == nil && state?.nextRun != nil
                }
                changed.deletedAt = Timestamp(seconds: 1_795_168_800)
                try await rig.publish(changed)
            }
            let count = try await rig.reports().count
            try await whileServing(rig) { rig in
                let other = try rig.other("beta")
                try await rig.publish(other)
                try await rig.untilReports(count + 1)
            }
            #expect(try await rig.reports().last?.tenant.rawValue == "beta", "the deleted one has not run again")
        }
    }

    @Test("a service that ends in the middle of a run leaves it to the next one, which goes on at once")
    func handedOver() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(60)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
            }
            let first = try #require(try await rig.reports().last)
            #expect(first.status == .stopped)
            #expect(try await rig.state()?.unfinishedSince != nil)
            rig.simulator.clearFaults()
            try await whileServing(rig) { rig in try await rig.untilReports(2) }
            #expect(try await rig.reports().last?.status == .succeeded)
            #expect(try await rig.state()?.unfinishedSince == nil)
            try await rig.expectTruth()
        }
    }

    @Test("a run that somebody else fences starts anew, and brings every record")
    func takenOver() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(2)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
                let identity = ProducerIdentity.transactional(id: deskpipe.transactionalID(of: acme))
                await (try await rig.transport.producer(identity)).close()
                try await rig.untilReports(2)
            }
            #expect(try await rig.reports().map(\.status) == [.stopped, .succeeded])
            try await rig.expectTruth()
        }
    }

    @Test("a tenant whose login fails and one with a long history keep nobody waiting")
    func neighbours() async throws {
        try await withRig(tickets: 400) { rig in
            var failing = try rig.other("failing")
            failing.auth = .oauthToken(token: .environment("WRONG"))
            failing.schedule = Schedule(everySeconds: 1)
            rig.definition.streams = StreamSelection(include: ["tickets"])
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(3)), count: 100))
            try await whileServing(rig, concurrency: 1) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { rig.simulator.account().total > 0 }
                var small = try rig.other("small")
                small.streams = StreamSelection(include: ["groups"])
                try await rig.publish(failing)
                try await rig.publish(small)
                try await rig.until {
                    try await rig.reports().contains { $0.tenant.rawValue == "small" && $0.status == .succeeded }
                }
                let reports = try await rig.reports()
                let isDone = reports.contains { $0.tenant == acme.tenant && $0.status == .succeeded }
                #expect(!isDone, "the long one was not waited for")
                rig.simulator.clearFaults()
                try await rig.until {
                    try await rig.reports().contains { $0.tenant == acme.tenant && $0.status == .succeeded }
                }
            }
            try await rig.expectTruth(["tickets"])
        }
    }

    @Test("commands are obeyed: pause, run, resume, stop, reset; each once, over restarts too")
    func commands() async throws {
        try await withRig(tickets: 60) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.command(.pause, "c1")
                try await rig.until { try await rig.state()?.pausedSince != nil }
                try await rig.command(.run, "c2")
                try await rig.untilReports(2)
                #expect(try await rig.reports().last?.trigger == .command)
                try await rig.command(.run, "c2")
                try await rig.command(.resume, "c3")
                try await rig.until { try await rig.state()?.pausedSince == nil }
                #expect(try await rig.reports().count == 2, "an id counts once")
            }
            // While nobody serves.
            let before = try await rig.events("users").count
            try await rig.command(.reset, "c4", stream: "users")
            try await rig.command(.run, "c5")
            try await whileServing(rig) { rig in
                try await rig.untilReports(3)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
            #expect(try await rig.events("users").filter { $0.envelope.type == .upsert }.count > before)
            try await whileServing(rig) { rig in
                let other = try rig.other("beta")
                try await rig.publish(other)
                try await rig.untilReports(4)
            }
            #expect(try await rig.reports().last?.tenant.rawValue == "beta", "no command was obeyed again")
        }
    }

    @Test("`stop` ends the run under way at its page, within seconds; the next slot goes on")
    func stop() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(60)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
                let asked = ContinuousClock.now
                try await rig.command(.stop, "s1")
                try await rig.untilReports(1)
                #expect(ContinuousClock.now - asked < .seconds(5))
                #expect(try await rig.reports().last?.status == .stopped)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
        }
    }
}

extension Rig {
    /// The same account as another tenant's connection.
    fileprivate func other(_ tenant: String) throws -> ConnectionDefinition {
        var other = definition
        other.tenant = try #require(TenantID(rawValue: tenant))
        return other
    }

    fileprivate func publish(_ definition: ConnectionDefinition) async throws {
        try await publish(deskpipe.connections, definition.key, try WireJSON.bytes(of: definition))
    }

    fileprivate func command(_ type: Command.Kind, _ id: String, stream: StreamName? = nil) async throws {
        let command = Command(id: id, type: type, stream: stream, issuedAt: SystemClock().now())
        try await publish(deskpipe.commands, definition.key, try WireJSON.bytes(of: command))
    }

    private func publish(_ topic: String, _ key: ConnectionKey, _ value: [UInt8]) async throws {
        let partition = Partitioner.partition(of: key.tenant, partitions: transport.partitions)
        let message = Message(topic: topic, partition: partition, key: "\(key)", value: value[...])
        try await environment.reports.publish([message])
    }

    fileprivate func reports() async throws -> [ExtractionReport] {
        try await messages(deskpipe.extractionReports)
            .map { try JSONDecoder().decode(ExtractionReport.self, from: Data($0.value ?? [])) }
            .sorted { $0.run.rawValue < $1.run.rawValue }
    }

    fileprivate func state() async throws -> ConnectionState? {
        try await BookmarkStore(transport, deskpipe).saved(for: acme).state
    }

    fileprivate func untilReports(_ count: Int) async throws {
        try await until { try await reports().count >= count }
    }

    /// Waits for what the service does by itself.
    fileprivate func until(_ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < end, "it does not come to be")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
