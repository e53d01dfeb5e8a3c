import Failpoints
import Foundation
import LibPQ
import Logging
import Messaging
import Model
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// What a chaos run plays on: a scene whose three links go through proxies, and servers that can be restarted.
struct ChaosStage {
    let scene: Scene
    let links: [(name: String, link: FaultyLink)]
    let server: PostgreSQLServer?
    let disk: SmallDisk?
    private let transport: any Transport
    private let producer: any MessageProducer

    /// Without it nothing fits within the seconds that a run lasts.
    static let sessionTimeout = "6s"

    var isKafka: Bool { scene.setting.log == .kafka }

    /// On the mock nothing is isolated, and it keeps a few megabytes of a topic only.
    var isMock: Bool { scene.broker != nil }

    var hasLists: Bool { !isMock }

    func can(_ deed: ChaosRun.Deed) -> Bool {
        switch deed {
        case .database: server != nil
        case .broker: isMock || (isKafka && KafkaControl.command != nil)
        case .disk: disk != nil
        case .change, .command, .kill, .freeze, .weather, .cut, .zendesk, .clock: true
        }
    }

    /// The mock ends when a connection is cut in the middle of an answer.
    func mayCut(_ link: String) -> Bool { !(isMock && link == "Kafka") }

    /// Puts proxies between, and makes the topics.
    init(_ given: Scene, server: PostgreSQLServer?, disk: SmallDisk?) async throws {
        self.server = server
        self.disk = disk
        let direct = given.settings.transport
        var links = [("Zendesk", try FaultyLink(to: given.simulator.port))]
        var settings = given.settings
        settings.endpoint = "http://127.0.0.1:\(links[0].1.port)"
        settings.more = "health: { listen: none }\nconsole: { listen: none }"
        var database = given.database
        if let server {
            database = TestDatabase(place: .server(url: server.url), schema: given.database.schema)
            let link = try FaultyLink(to: server.port)
            links.append(("PostgreSQL", link))
            settings.destination =
                "postgresql://postgres@127.0.0.1:\(link.port)/postgres?sslmode=disable&gssencmode=disable"
        }
        if case .kafka(let brokers) = try TransportURL(parsing: direct), brokers.count == 1,
            brokers[0].hasPrefix("127.0.0.1:"), let port = Int(brokers[0].dropFirst(10))
        {
            let link = try FaultyLink(to: port, tellsPort: true)
            links.append(("Kafka", link))
            settings.transport = "kafka://127.0.0.1:\(link.port)"
        } else if let disk {
            settings.transport = "embedded:\(disk.path)/log.sqlite"
        }
        try given.workspace.write(settings)
        scene = Scene(
            setting: given.setting,
            simulator: given.simulator,
            clock: given.clock,
            workspace: given.workspace,
            namespace: given.namespace,
            database: database,
            broker: given.broker,
            truth: given.truth,
            chat: nil,
            settings: settings
        )
        self.links = links.map { (name: $0.0, link: $0.1) }
        let applied = try await scene.deskpipe(["apply"], environment: Self.environment)
        try #require(applied.exit == .status(0), "\(applied.errors)")
        transport = try Self.transport(scene, given.setting.log == .kafka ? direct : settings.transport)
        producer = try await transport.producer(.idempotent)
    }

    func close() async {
        await producer.close()
        await transport.close()
        for (_, link) in links { link.close() }
    }

    private static let environment = ["DESKPIPE_KAFKA__SESSION_TIMEOUT": sessionTimeout]

    /// What publishes commands, past the proxies.
    private static func transport(_ scene: Scene, _ url: String) throws -> any Transport {
        let transport = try Transports.open(
            TransportURL(parsing: url),
            mode: .asker(topics: [scene.namespace.commands]),
            kafka: KafkaSettings(
                brokers: [],
                allowsPlaintext: true,
                partitions: Int32(scene.settings.partitions),
                replication: Int32(Setting.replication)
            ),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        return transport
    }

    /// Starts what extracts and loads: one process on the embedded log, two of each over Kafka.
    func services() throws -> [ChaosService] {
        let (extracting, loading) = (Self.ofExtractor + Self.ofLog, Self.ofLoader)
        let roles: [(String, [Failpoint])] =
            isKafka
            ? [("extractor", extracting), ("extractor", extracting), ("loader", loading), ("loader", loading)]
            : [("run", extracting + loading)]
        return try roles.map { role, points in
            try ChaosService(role, [role, "--log-level", "info"], points) { [scene] arguments, plan in
                try scene.start(arguments, environment: Self.environment.merging(plan) { $1 })
            }
        }
    }

    private static let ofExtractor: [Failpoint] = [
        .producerTaken, .bookmarkRead, .pageReceived, .pagePublishing, .pagePublished, .stateWriting, .stateWritten,
        .commandTaken, .commandAcknowledged, .extractionReportPublishing, .extractionReportPublished,
    ]
    private static let ofLog: [Failpoint] = [
        .logAppended, .logCommitted, .kafkaTransactionSent, .kafkaTransactionCommitted,
    ]
    private static let ofLoader: [Failpoint] = [
        .deliveryReceived, .copyBegun, .rowsStaged, .positionsLocked, .rowsMerged, .versionsApplied, .positionsWritten,
        .commitSending, .commitSent, .commitAnswered, .reportRelaying, .reportRelayed, .outboxEmptied, .groupCommitting,
        .groupCommitted,
    ]

    /// Asks whoever extracts for something, as `deskpipe run-now --no-wait` does.
    func ask(_ kind: Command.Kind, _ stream: StreamName?, number: UInt64) async throws {
        let tenant = try #require(TenantID(rawValue: "acme"))
        let command = Command(id: String(number, radix: 36), type: kind, stream: stream, issuedAt: .init(seconds: 0))
        let message = Message(
            topic: scene.namespace.commands,
            partition: Partitioner.partition(of: tenant, partitions: transport.partitions),
            key: "acme/support",
            value: try WireJSON.bytes(of: command)[...]
        )
        try await producer.publish([message])
    }

    /// The mock keeps what it holds; a real broker is killed.
    func stopBroker() async throws {
        if let broker = scene.broker { return broker.goDown() }
        try await KafkaControl.kill(1)
    }

    func startBroker() async throws {
        if let broker = scene.broker { return broker.comeUp() }
        try await KafkaControl.start(1)
    }
}

/// A small file system in memory that is filled and emptied.
final class SmallDisk: Sendable {
    let path: String

    /// Nil where none can be mounted. It has little more room than the log leaves free of every disk.
    init?(in workspace: Workspace) throws {
        guard Privileges.canMount else { return nil }
        path = workspace.path("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Privileges.run("/bin/mount", ["-t", "tmpfs", "-o", "size=1280m", "tmpfs", path]) else { return nil }
    }

    func fill() throws {
        guard Privileges.run("/usr/bin/fallocate", ["-l", "260M", "\(path)/filler"]) else {
            throw UnmetExpectation("the small disk cannot be filled")
        }
    }

    func empty() { unlink("\(path)/filler") }

    func unmount() { Privileges.run("/bin/umount", ["-l", path]) }
}
