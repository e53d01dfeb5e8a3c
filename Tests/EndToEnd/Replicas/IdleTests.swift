import Foundation
import Messaging
import Model
import Testing
import Transports
import ZendeskSimulator

/// `DESKPIPE_TEST_IDLE_CONNECTIONS` says how many; `make bench-replicas` takes 10,000.
@Suite("Idle connections")
struct IdleTests {
    private static let count =
        ProcessInfo.processInfo.environment["DESKPIPE_TEST_IDLE_CONNECTIONS"].flatMap { Int($0) } ?? 2_000
    /// Of each connection that waits for its next slot.
    private static let mostBytes = 32 << 10

    @Test("idle connections take little memory and no time", .timeLimit(.minutes(30)))
    func idle() async throws {
        let none = try await measure(0)
        let many = try await measure(Self.count)
        let each = (many.bytes - none.bytes) / Self.count
        let more = many.seconds - none.seconds
        print("idle: \(each) bytes a connection, \(many.bytes >> 20) MiB in all, \(more) s of CPU more in 10 s")
        #expect(each < Self.mostBytes)
        #expect(more < 0.3, "\(many.seconds) s of CPU in 10 s, \(none.seconds) s without connections")
    }

    private struct Measured {
        /// Resident.
        var bytes: Int
        /// Of processor time, in ten seconds.
        var seconds: Double
    }

    private func measure(_ count: Int) async throws -> Measured {
        var found: Measured?
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 1)) { scene in
            try await Self.publish(count, scene)
            let program = try scene.start("extractor", "--log-level", "info")
            let hasRead = try await eventually { Fleet.takenUp(by: program) == count && Self.hasPartitions(program) }
            try #require(hasRead, "\(Fleet.takenUp(by: program)) of \(count): \(program.errors)")
            let isIdle = try await eventually {
                let before = try Self.seconds(program)
                try await Task.sleep(for: .seconds(2))
                return try Self.seconds(program) - before < 0.1
            }
            try #require(isIdle, "\(program.errors)")
            let before = try Self.seconds(program)
            try await Task.sleep(for: .seconds(10))
            found = Measured(bytes: try Self.bytes(program), seconds: try Self.seconds(program) - before)
            #expect(scene.simulator.account().total == 0, "none is due")
            program.send(SIGTERM)
            #expect(try await program.outcome().exit == .status(143))
        }
        return try #require(found)
    }

    private static func hasPartitions(_ program: Program) -> Bool { program.errors.contains("connections taken up") }

    /// Connections of as many tenants that ran just now and run again in a month.
    private static func publish(_ count: Int, _ scene: Scene) async throws {
        let log = try EmbeddedTransport(path: scene.workspace.path("log.sqlite"))
        try await log.prepare(scene.namespace.serviceTopics)
        let producer = try await log.producer(.idempotent)
        var state = ConnectionState()
        state.lastScheduledStart = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        var messages: [Message] = []
        for number in 0..<count {
            let tenant = try #require(TenantID(rawValue: "tenant-\(number)"))
            let definition = ConnectionDefinition(
                tenant: tenant,
                id: try #require(ConnectionID(rawValue: "support")),
                name: "Stitch Zendesk",
                schema: try #require(SchemaName(rawValue: "tenant_\(number)")),
                source: .support,
                subdomain: try #require(SitePrefix(rawValue: "tenant-\(number)")),
                auth: .oauthClientCredentials(
                    clientID: .environment("E2E_CLIENT"),
                    clientSecret: .environment("E2E_SECRET")
                ),
                startDate: Timestamp(seconds: 1_700_000_000),
                schedule: Schedule(everySeconds: 30 * 86_400),
                endpoint: scene.simulator.url
            )
            let partition = Partitioner.partition(of: tenant, partitions: log.partitions)
            let (connections, bookmarks) = (scene.namespace.connections, scene.namespace.bookmarks)
            let (value, stateKey) = (try WireJSON.bytes(of: definition)[...], MessageKey.state(definition.key))
            messages.append(
                Message(topic: connections, partition: partition, key: "\(definition.key)", value: value)
            )
            messages.append(
                Message(
                    topic: bookmarks,
                    partition: partition,
                    key: stateKey,
                    value: try WireJSON.bytes(of: state)[...]
                )
            )
        }
        try await producer.publish(messages)
        await producer.close()
        await log.close()
    }

    private static func bytes(_ program: Program) throws -> Int {
        let pages = try words("/proc/\(program.identifier)/statm")
        return (Int(pages[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Processor time so far, of all its threads.
    private static func seconds(_ program: Program) throws -> Double {
        let fields = try words("/proc/\(program.identifier)/stat")
        let ticks = (Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0)
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func words(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: " ").map(String.init)
    }
}
