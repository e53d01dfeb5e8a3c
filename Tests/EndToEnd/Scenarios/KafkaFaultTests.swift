import Foundation
import Logging
import Messaging
import Model
import TestSupport
import Testing
import Transports
import ZendeskSimulator

@Suite("Kafka's faults")
struct KafkaFaultTests {
    @Test(
        "a broker that goes away for a while delays a run and loses nothing",
        .enabled(
            if: Setting.kafkaServers == nil || KafkaControl.command != nil,
            "a real Kafka is killed only by the command that DESKPIPE_TEST_KAFKA_CONTROL names"
        ),
        .serialized,
        arguments: Setting.on(.kafka)
    )
    func brokerReturns(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 300)) { scene in
            let applied = try await scene.deskpipe("apply")
            try #require(applied.exit == .status(0), "\(applied.errors)")
            scene.simulator.inject(Fault("/api/v2", .delay(.seconds(2)), count: 4))
            // However late this looks, the run goes on.
            scene.simulator.inject(Fault("/api/v2", .delay(.seconds(40))))
            let extractor = try scene.start("extractor", "--once")
            let isReading = try await eventually { scene.simulator.account().total > 1 || extractor.hasEnded }
            try #require(isReading)
            try await Self.stopBroker(scene)
            scene.simulator.clearFaults()
            // The pages arrive while it is away, and the producer has to wait.
            try await Task.sleep(for: .seconds(5))
            #expect(!extractor.hasEnded)
            try await Self.startBroker(scene)
            let extracted = try await extractor.outcome()
            #expect(extracted.exit == .status(0), "\(extracted.errors)")
            let loader = try scene.start("loader", "--until-idle")
            try await Self.stopBroker(scene)
            try await Task.sleep(for: .seconds(2))
            try await Self.startBroker(scene)
            let loaded = try await loader.outcome()
            #expect(loaded.exit == .status(0), "\(loaded.errors)")
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test(
        "services wait a long outage out by themselves, ask for no more meanwhile, and every row is there once",
        .enabled(
            if: Setting.kafkaServers == nil || KafkaControl.command != nil,
            "a real Kafka is killed only by the command that DESKPIPE_TEST_KAFKA_CONTROL names"
        ),
        .timeLimit(.minutes(30)),
        arguments: Setting.on(.kafka).suffix(1)
    )
    func longOutage(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 3500, rows: 500)) { scene in
            let applied = try await scene.deskpipe("apply")
            try #require(applied.exit == .status(0), "\(applied.errors)")
            scene.simulator.inject(Fault("/api/v2/incremental", .delay(.seconds(3))))
            let services = try ["loader", "loader", "extractor", "extractor"].map { try scene.start($0) }
            defer { for service in services { service.send(SIGKILL) } }
            let isLoading = try await eventually { try scene.loads() > 0 }
            try #require(isLoading, "\(services.map { $0.errors.suffix(1000) })")
            try await Self.stopAll(scene)
            // For longer than any call is patient, twice over.
            try await Task.sleep(for: .seconds(40))
            let requests = scene.simulator.account().total
            try await Task.sleep(for: .seconds(35))
            let account = scene.simulator.account()
            let late = account.requests.suffix(account.total - requests).map { "\($0.path) at \($0.time)" }
            #expect(
                account.total == requests,
                "pages are read that nobody takes: \(late), \(services.map { $0.errors.suffix(2000) })"
            )
            for service in services { #expect(!service.hasEnded, "\(service.name): \(service.errors.suffix(1000))") }
            let memory = try services.map { try $0.residentMegabytes() }
            try await Self.startAll(scene)
            scene.simulator.clearFaults()
            let comeback = ContinuousClock.now
            let isWhole = try await eventually(within: .seconds(240)) {
                // Comparing takes its time from those who work.
                try await Task.sleep(for: .seconds(3))
                return try await scene.truth.differences(from: try scene.tables()).isEmpty
            }
            #expect(isWhole, "\(services.map { $0.errors.suffix(1000) })")
            let seconds = (ContinuousClock.now - comeback).components.seconds
            print(
                "outage, \(setting.testDescription): whole \(seconds) s after it; 2 loaders, 2 extractors: \(memory) MB"
            )
            for service in services {
                service.send(SIGTERM)
                #expect(try await service.outcome().exit == .status(143))
            }
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test(
        "a broker that does not come back ends every command with 8 and one line",
        .enabled(if: Setting.kafkaServers == nil, "a real Kafka is not ours to kill")
    )
    func brokerGone() async throws {
        try await withScene(Setting(log: .kafka, store: .sqlite), SceneOptions(tickets: 100)) { scene in
            let applied = try await scene.deskpipe("apply")
            try #require(applied.exit == .status(0), "\(applied.errors)")
            scene.simulator.inject(Fault("/api/v2", .delay(.seconds(2))))
            let extractor = try scene.start("extractor", "--once")
            let isReading = try await eventually { scene.simulator.account().total > 1 || extractor.hasEnded }
            try #require(isReading)
            try #require(scene.broker).kill()
            try await extractor.outcome(within: .seconds(240)).expectRefusal(.transport, saying: "broker")
            try await scene.deskpipe("loader", "--until-idle").expectRefusal(.transport, saying: "broker")
            #expect(try scene.database.tables().isEmpty)
        }
    }

    @Test(
        "an extractor that was stopped while another took over publishes nothing more when it wakes",
        .enabled(if: Setting.kafkaServers != nil, "KAFKA_BOOTSTRAP_SERVERS is not set; the mock fences nobody")
    )
    func fence() async throws {
        try await withScene(Setting(log: .kafka, store: .sqlite), SceneOptions(tickets: 3500)) { scene in
            let applied = try await scene.deskpipe("apply")
            try #require(applied.exit == .status(0), "\(applied.errors)")
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(3))))
            let first = try scene.start("extractor", "--once")
            let hasPublished = try await eventually {
                let tickets = scene.simulator.account().paths["/api/v2/incremental/tickets/cursor"] ?? 0
                return tickets >= 2 || first.hasEnded
            }
            try #require(hasPublished && !first.hasEnded)
            first.send(SIGSTOP)
            scene.simulator.clearFaults()
            let second = try await scene.deskpipe("extractor", "--once")
            #expect(second.exit == .status(0), "\(second.errors)")
            let atTakeOver = try await Self.runs(scene)
            first.send(SIGCONT)
            let fenced = try await first.outcome()
            fenced.expectRefusal(.transport, saying: "taken over")
            let after = try await Self.runs(scene)
            #expect(Set(atTakeOver).count == 2)
            #expect(after == atTakeOver, "the first extractor published after it was taken over")
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    /// Cuts the mock off, or kills the real broker.
    private static func stopBroker(_ scene: Scene) async throws {
        if let broker = scene.broker { return broker.goDown() }
        try await KafkaControl.kill(1)
    }

    private static func stopAll(_ scene: Scene) async throws {
        if let broker = scene.broker { return broker.goDown() }
        for broker in 1...Setting.kafkaBrokers { try await KafkaControl.kill(broker) }
    }

    private static func startAll(_ scene: Scene) async throws {
        if let broker = scene.broker { return broker.comeUp() }
        // A command may wait for the others: none is ready without a majority.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for broker in 1...Setting.kafkaBrokers { group.addTask { try await KafkaControl.start(broker) } }
            try await group.waitForAll()
        }
    }

    private static func startBroker(_ scene: Scene) async throws {
        if let broker = scene.broker { return broker.comeUp() }
        try await KafkaControl.start(1)
    }

    /// The run of each ticket in the log, in order.
    private static func runs(_ scene: Scene) async throws -> [String] {
        let servers = try #require(Setting.kafkaServers).split(separator: ",").map(String.init)
        let transport = try KafkaTransport(
            KafkaSettings(
                brokers: servers,
                allowsPlaintext: true,
                partitions: Int32(Broker.partitions),
                replication: Int32(Setting.replication)
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let topic = scene.namespace.records(.support, "tickets")
        let reader = try await transport.reader(of: topic, partitions: nil, from: [:])
        var runs: [String] = []
        while let deliveries = try await reader.next(atMost: 1000) {
            for delivery in deliveries {
                runs.append(try RecordEvent(decoding: try #require(delivery.value)).envelope.run.rawValue)
            }
        }
        await reader.close()
        await transport.close()
        return runs
    }
}

extension Program {
    /// What of it is in memory.
    fileprivate func residentMegabytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.filter(\.isNumber))) / 1024
    }
}
