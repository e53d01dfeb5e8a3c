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
    /// What a disk of its own is for.
    enum Place: String {
        case log
        case database
    }

    let scene: Scene
    let size: ChaosSize
    let links: [(name: String, link: FaultyLink)]
    let server: PostgreSQLServer?
    let disks: [Place: SmallDisk]
    private let transport: any Transport
    private let producer: any MessageProducer

    /// Without it nothing fits within the seconds that a run lasts.
    static let sessionTimeout = "6s"

    var isKafka: Bool { scene.setting.log == .kafka }

    /// On the mock nothing is isolated, and it keeps a few megabytes of a topic only.
    var isMock: Bool { scene.broker != nil }

    var hasLists: Bool { !isMock }

    /// Brokers of a real Kafka that can be killed.
    var brokers: Int { isKafka && !isMock && KafkaControl.command != nil ? Setting.kafkaBrokers : 0 }

    func can(_ deed: ChaosDeed) -> Bool {
        switch deed {
        case .database: server != nil
        case .broker: isMock || brokers > 0
        case .disk: !disks.isEmpty
        case .commit: links.contains { $0.name == Self.database }
        case .foreign: !isMock
        case .change, .command, .kill, .freeze, .weather, .cut, .zendesk, .clock: true
        }
    }

    /// The mock ends when a connection is cut in the middle of an answer.
    func mayCut(_ link: String) -> Bool { !(isMock && link == Self.broker) }

    private static let broker = "Kafka"
    static let zendesk = "Zendesk"
    static let database = "PostgreSQL"

    /// Puts proxies between, and makes the topics.
    init(_ given: Scene, _ size: ChaosSize, server: PostgreSQLServer?, disks: [Place: SmallDisk]) async throws {
        self.size = size
        self.server = server
        self.disks = disks
        let direct = given.settings.transport
        var links = [(Self.zendesk, try FaultyLink(to: given.simulator.port))]
        var settings = given.settings
        settings.endpoint = "http://127.0.0.1:\(links[0].1.port)"
        settings.more = "health: { listen: none }\nconsole: { listen: none }"
        if given.setting.log == .embedded { settings.more += "\nembedded: { max: \(size.logMegabytes)MiB }" }
        var database = given.database
        if let server {
            database = TestDatabase(place: .server(url: server.url), schema: given.database.schema)
            let link = try FaultyLink(to: server.port)
            links.append((Self.database, link))
            settings.destination =
                "postgresql://postgres@127.0.0.1:\(link.port)/postgres?sslmode=disable&gssencmode=disable"
        }
        if case .kafka(let brokers) = try TransportURL(parsing: direct), let ports = Self.localPorts(brokers) {
            let brokers = try ports.map { (port: $0, link: try FaultyLink(to: $0)) }
            for broker in brokers {
                broker.link.rename(brokers)
                links.append((Self.broker, broker.link))
            }
            settings.transport = "kafka://" + brokers.map { "127.0.0.1:\($0.link.port)" }.joined(separator: ",")
        } else if let disk = disks[.log] {
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

    /// Nil where a broker is on another machine.
    private static func localPorts(_ brokers: [String]) -> [Int]? {
        let ports = brokers.compactMap { $0.hasPrefix("127.0.0.1:") ? Int($0.dropFirst(10)) : nil }
        return ports.count == brokers.count ? ports : nil
    }

    private static let environment = ["DESKPIPE_KAFKA__SESSION_TIMEOUT": sessionTimeout]

    /// What publishes commands, past the proxies.
    private static func transport(_ scene: Scene, _ url: String) throws -> any Transport {
        let transport = try Transports.open(
            TransportURL(parsing: url),
            mode: .asker(topics: [scene.namespace.commands, scene.namespace.records(.support, "tickets")]),
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
        let (extracting, loading) = (Self.ofExtractor + (isKafka ? Self.ofKafka : Self.ofLog), Self.ofLoader)
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
    private static let ofLog: [Failpoint] = [.logAppended, .logCommitted, .logTrimmed]
    private static let ofKafka: [Failpoint] = [.kafkaTransactionSent, .kafkaTransactionCommitted]
    private static let ofLoader: [Failpoint] = [
        .deliveryReceived, .foreignPublished, .copyBegun, .rowsStaged, .positionsLocked, .rowsMerged, .versionsApplied,
        .positionsWritten,
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

    /// Publishes what is of no connection where records of some are expected.
    func publishForeign(number: UInt64) async throws {
        let message = Message(
            topic: scene.namespace.records(.support, "tickets"),
            partition: Int32(number % UInt64(transport.partitions)),
            key: "nobody/none/\(number % 1000)",
            value: Array("{}".utf8)[...]
        )
        try await producer.publish([message])
    }

    /// Reads a topic to its end, past the proxies.
    func read(_ topic: String, each: (Delivery) throws -> Void) async throws {
        var log = transport
        if !isKafka {
            guard case .embedded(let path) = try TransportURL(parsing: scene.settings.transport) else { return }
            log = try EmbeddedTransport(path: path, mode: .reader)
        }
        let reader = try await log.reader(of: topic, partitions: nil, from: [:])
        while let deliveries = try await reader.next(atMost: 1000) { for delivery in deliveries { try each(delivery) } }
        await reader.close()
        if !isKafka { await log.close() }
    }

    /// The mock keeps what it holds; a real broker is killed.
    func stopBroker(_ number: Int) async throws {
        if let broker = scene.broker { return broker.goDown() }
        try await KafkaControl.kill(number)
    }

    func startBroker(_ number: Int) async throws {
        if let broker = scene.broker { return broker.comeUp() }
        try await KafkaControl.start(number)
    }
}
