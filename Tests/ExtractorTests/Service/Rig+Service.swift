import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import Transports
import ZendeskSimulator

/// Runs the service over the rig's log, or another one, while the body runs.
/// - Parameter isKilled: ends it with no time for anything, as far as that can be done in one process.
func whileServing(
    _ rig: Rig,
    over transport: (any Transport)? = nil,
    concurrency: Int = 4,
    isKilled: Bool = false,
    _ body: (Rig) async throws -> Void
) async throws {
    var environment = rig.environment
    // The service waits for what is due: a clock that leaps would never let it.
    environment.access.clock = SystemClock()
    if let transport { environment.transport = transport }
    let service = ExtractorService(
        environment: environment,
        settings: ServiceSettings(concurrency: concurrency, turn: .milliseconds(200))
    )
    let stop = StopSignal()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do {
                try await service.run(stop: stop)
            } catch {
                if !isKilled { throw error }
            }
        }
        do {
            try await body(rig)
        } catch {
            stop.set()
            throw error
        }
        if isKilled { group.cancelAll() } else { stop.set() }
        try await group.waitForAll()
    }
}

/// Serves once more until a connection of another tenant has run, and expects that none ran before it.
/// - Parameter count: of the reports so far.
func expectOnlyAnotherRuns(
    _ rig: Rig,
    after count: Int,
    _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    try await whileServing(rig) { rig in
        try await rig.publish(try rig.other("beta"))
        try await rig.untilReports(count + 1)
    }
    let last = try await rig.reports().last?.tenant.rawValue
    #expect(last == "beta", comment, sourceLocation: sourceLocation)
}

extension Rig {
    /// The same account as another tenant's connection.
    func other(_ tenant: String) throws -> ConnectionDefinition {
        var other = definition
        other.tenant = try #require(TenantID(rawValue: tenant))
        return other
    }

    func publish(_ definition: ConnectionDefinition) async throws {
        try await publish(deskpipe.connections, definition.key, try WireJSON.bytes(of: definition))
    }

    func command(_ type: Command.Kind, _ id: String, stream: StreamName? = nil) async throws {
        let command = Command(id: id, type: type, stream: stream, issuedAt: SystemClock().now())
        try await publish(deskpipe.commands, definition.key, try WireJSON.bytes(of: command))
    }

    func publish(_ topic: String, _ key: ConnectionKey, _ value: [UInt8], named name: String? = nil) async throws {
        let partition = Partitioner.partition(of: key.tenant, partitions: transport.partitions)
        let message = Message(topic: topic, partition: partition, key: name ?? "\(key)", value: value[...])
        try await environment.reports.publish([message])
    }

    func reports() async throws -> [ExtractionReport] {
        try await messages(deskpipe.extractionReports)
            .map { try JSONDecoder().decode(ExtractionReport.self, from: Data($0.value ?? [])) }
            .sorted { $0.run.rawValue < $1.run.rawValue }
    }

    func state() async throws -> ConnectionState? {
        try await BookmarkStore(transport, deskpipe).saved(for: acme).state
    }

    func untilReports(_ count: Int) async throws {
        try await until { try await reports().count >= count }
    }

    /// Waits for what the service does by itself.
    func until(_ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(600)
        while try await !condition() {
            try #require(ContinuousClock.now < end, "it does not come to be")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
