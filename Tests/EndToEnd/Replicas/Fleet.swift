import Catalog
import Foundation
import Logging
import Messaging
import Model
import Testing
import Transports

/// Many tenants' connections to one simulated account, and replicas of the extractor that share them.
struct Fleet: Sendable {
    let scene: Scene
    let tenants: [String]
    private let transport: any Transport
    private let reports: ReportTail
    /// Seconds between two runs of a connection.
    let interval: Int
    /// Seconds within which others have what was a dead one's.
    static let sessionTimeout = 8.0
    /// The same as it may be seen: the mock waits for the dead one's return for most of another.
    static var mostWithoutOwner: Double { sessionTimeout * (Setting.kafkaServers == nil ? 2.1 : 1) }

    /// Publishes the tenants' connections, and writes the file that the replicas read.
    init(_ scene: Scene, tenants count: Int, interval: Int) async throws {
        self.scene = scene
        self.interval = interval
        tenants = (0..<count).map { "tenant-\($0)" }
        transport = try Self.transport(scene)
        reports = ReportTail(transport, scene.namespace)
        try write([])
        try await publish(tenants)
    }

    /// Has `apply` publish a file with these tenants, and delete the others.
    func apply(_ tenants: [String]) async throws {
        try write(tenants)
        let outcome = try await scene.deskpipe("apply", "--prune")
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
    }

    private func write(_ tenants: [String]) throws {
        let connections = tenants.map { tenant in
            """
              - tenant: \(tenant)
                id: support
                name: Support of \(tenant)
                source: zendesk-support
                subdomain: \(tenant)
                auth: \(scene.settings.auth)
                start_date: 2020-01-01
                rate: { share: 100% }
                schedule: { every: 1m }
                streams: { include: [tickets, groups] }
                endpoint: \(scene.settings.endpoint)
            """
        }
        let yaml = """
            namespace: \(scene.namespace)
            transport: \(scene.settings.transport)
            kafka:
              partitions: \(scene.settings.partitions)
              replication: \(Setting.replication)
              session_timeout: \(Int(Self.sessionTimeout))s
            destination: \(scene.settings.destination)
            \(connections.isEmpty ? "" : "connections:")
            \(connections.joined(separator: "\n"))

            """
        try Data(yaml.utf8).write(to: scene.workspace.configuration)
    }

    /// With a shorter interval than a file may name.
    private func publish(_ tenants: [String]) async throws {
        let topics = Catalog.streams.map { scene.namespace.recordTopic($0.source, $0.name) }
        try await transport.prepare(scene.namespace.serviceTopics + topics)
        let producer = try await transport.producer(.idempotent)
        try await producer.publish(
            try tenants.map { name in
                let tenant = try #require(TenantID(rawValue: name))
                var definition = ConnectionDefinition(
                    tenant: tenant,
                    id: try #require(ConnectionID(rawValue: "support")),
                    name: "Support of \(name)",
                    schema: try #require(SchemaName(rawValue: name.replacing("-", with: "_"))),
                    source: .support,
                    subdomain: try #require(SitePrefix(rawValue: name)),
                    auth: .oauthClientCredentials(
                        clientID: .environment("E2E_CLIENT"),
                        clientSecret: .environment("E2E_SECRET")
                    ),
                    startDate: Timestamp(seconds: 1_577_836_800),
                    schedule: Schedule(everySeconds: Int64(interval)),
                    streams: StreamSelection(include: ["tickets", "groups"]),
                    endpoint: scene.settings.endpoint
                )
                definition.rateShare = 1
                return Message(
                    topic: scene.namespace.connections,
                    partition: Partitioner.partition(of: tenant, partitions: transport.partitions),
                    key: "\(definition.key)",
                    value: try WireJSON.bytes(of: definition)[...]
                )
            }
        )
        await producer.close()
    }

    private static func transport(_ scene: Scene) throws -> any Transport {
        try Transports.open(
            TransportURL(parsing: scene.settings.transport),
            kafka: KafkaSettings(
                brokers: [],
                partitions: Int32(scene.settings.partitions),
                replication: Int32(Setting.replication)
            ),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    func close() async { await transport.close() }

    func replica() throws -> Program { try scene.start("extractor", "--log-level", "info") }

    /// How many connections a replica has taken up in all, as its log says.
    static func takenUp(by replica: Program) -> Int {
        replica.errors.split(separator: "\n").filter { $0.contains("connections taken up") }
            .compactMap { $0.firstMatch(of: /count=(\d+)/).flatMap { Int($0.1) } }
            .reduce(0, +)
    }

    /// The partitions that a replica was last given, as its log says.
    static func partitions(of replica: Program) -> Set<Int> {
        let lines = replica.errors.split(separator: "\n").filter { $0.contains("partitions assigned") }
        guard let list = lines.last?.split(separator: "[").last?.split(separator: "]").first else { return [] }
        let numbers = list.split { !$0.isNumber }
        return Set(numbers.compactMap { Int($0) })
    }

    /// How many connections are in these partitions.
    func connections(in partitions: Set<Int>) -> Int { connections(of: tenants, in: partitions) }

    func connections(of tenants: [String], in partitions: Set<Int>) -> Int {
        tenants.compactMap(TenantID.init).count { tenant in
            partitions.contains(Int(Partitioner.partition(of: tenant, partitions: transport.partitions)))
        }
    }

    /// Waits until the replicas have all partitions among them, each one of them once.
    func untilShared(by replicas: [Program]) async throws {
        let isShared = try await eventually {
            let shares = replicas.map(Self.partitions)
            let union = shares.reduce(into: Set<Int>()) { $0.formUnion($1) }
            let sum = shares.reduce(0) { $0 + $1.count }
            return shares.allSatisfy { !$0.isEmpty } && sum == union.count && sum == scene.settings.partitions
        }
        let told = replicas.map { "\($0.errors.suffix(1500))" }.joined(separator: "\n--\n")
        try #require(isShared, "the replicas do not share the partitions:\n\(told)")
    }

    /// Each tenant's runs, in the order of their beginning.
    func runs() async throws -> [String: [ExtractionReport]] {
        try await reports.read()
    }

    /// When each tenant's runs began, in order.
    func starts() async throws -> [String: [Timestamp]] {
        try await runs().mapValues { $0.map(\.startedAt) }
    }

    /// Waits until every one of the tenants has had a run that began after this time.
    func untilEachHasRun(_ tenants: [String], since time: Timestamp) async throws {
        var late: [String] = []
        let hasRun = try await eventually(within: .seconds(180 + 2 * interval)) {
            let starts = try await starts()
            late = tenants.filter { starts[$0]?.last ?? Timestamp(seconds: 0) < time }
            if !late.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
            return late.isEmpty
        }
        try #require(hasRun, "no run since: \(late)")
    }

    /// The keys of the tickets that are in the log, by tenant, as often as they are.
    func tickets() async throws -> [String: [String]] {
        let reader = try await transport.reader(
            of: scene.namespace.records(.support, "tickets"),
            partitions: nil,
            from: [:]
        )
        var keys: [String: [String]] = [:]
        while let deliveries = try await reader.next(atMost: 1000) {
            for delivery in deliveries {
                guard let event = try? RecordEvent(decoding: try #require(delivery.value)) else { continue }
                guard event.envelope.type == .upsert, let subject = event.envelope.subject else { continue }
                keys[event.envelope.connection.tenant.rawValue, default: []].append(subject)
            }
        }
        await reader.close()
        return keys
    }
}
