import Foundation
import Messaging
import Model
import ServiceRuntime

/// Everything that one configuration file says, checked.
struct Settings {
    var namespace: Namespace
    /// `embedded:PATH` or `kafka://host:port,...`
    var transport: String
    var embedded: Embedded
    var kafka: KafkaSection
    /// A URL or a name of ``destinations``.
    var destination: String
    var destinations: [String: DestinationURL]
    var batch: Batch
    /// Where `/livez`, `/readyz` and `/metrics` are answered.
    /// Without it, services that go on until they are stopped answer at the standard address, if it is free.
    var health: Listening
    var console: ConsoleSection
    /// Connections that are read at the same time.
    var concurrency: Int
    /// After this a run ends at a page, and the next one goes on.
    var runLimit: Duration
    /// Of the key that seals the pairs of `oauth_refresh` connections.
    var credentialKey: SecretReference?
    /// What stands in for Zendesk, also for connections that are made in the console; tests and the demo only.
    var defaultEndpoint: String?
    var connections: [ConnectionSettings]

    struct Embedded {
        /// Records that every group has loaded are dropped after this.
        var keep: Duration
        var maxBytes: Int
    }

    /// Over all open batches of a loader process.
    struct Batch {
        var rows: Int
        var bytes: Int
        var age: Duration
    }

    struct DestinationURL {
        var url: String
        var password: SecretReference?
        var sslmode: String?
        var sslrootcert: String?
    }
}

extension Settings {
    /// Reads a file and the environment.
    /// - Throws: ``ConfigurationError``
    init(
        file: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) {
        guard FileManager.default.fileExists(atPath: file) else { throw .noFile(file) }
        guard let data = FileManager.default.contents(atPath: file),
            let text = String(validating: data, as: UTF8.self)
        else { throw .unreadableFile(file) }
        try self.init(yaml: text, file: file, environment: environment)
    }

    /// What the environment says without a file.
    static func ofEnvironment() throws(ConfigurationError) -> Settings {
        try Settings(yaml: "", file: "the environment", environment: ProcessInfo.processInfo.environment)
    }

    /// - Parameter record: told of every setting that is asked for.
    init(
        yaml: String,
        file: String,
        environment: [String: String],
        record: SettingsRecord? = nil
    ) throws(ConfigurationError) {
        var tree = try SettingsTree(yaml: yaml, file: file)
        tree.overlay(environment: environment)
        let root = try SettingsReader(tree, record: record)
        guard
            let namespace = try root.value(
                "namespace",
                expected: "1 to 40 of a-z, 0-9 and -",
                Namespace.init(rawValue:)
            ) ?? Namespace(rawValue: "deskpipe")
        else { throw root.wrong("namespace", "1 to 40 of a-z, 0-9 and -") }
        self.namespace = namespace
        transport = try root.text("transport") ?? "embedded:./data/log.sqlite"
        destination = try root.text("destination") ?? "sqlite:./data/warehouse"
        embedded = try Embedded(root.mapping("embedded"))
        kafka = try KafkaSection(root.mapping("kafka"), environment: environment)
        batch = try Batch(root.mapping("batch"))
        let health = try root.mapping("health")
        let place = "an address such as 127.0.0.1:9464, or none"
        self.health = try health.value("listen", expected: place, Listening.init(parsing:)) ?? .standard
        try health.finish()
        console = try ConsoleSection(root.mapping("console"))
        let extractor = try root.mapping("extractor")
        concurrency = try extractor.value("concurrency", expected: "a positive number", Units.positive) ?? 16
        runLimit = try extractor.value("run_limit", expected: "a time such as 6h", Units.duration) ?? .seconds(6 * 3600)
        try extractor.finish()
        let credentials = try root.mapping("credentials")
        credentialKey = try credentials.secret("key")
        try credentials.finish()
        destinations = [:]
        let named = try root.mapping("destinations")
        for name in named.names() { destinations[name] = try DestinationURL(named.mapping(name)) }
        try named.finish()
        let defaults = try root.mapping("defaults")
        let schedule = try defaults.schedule("schedule") ?? Schedule()
        defaultEndpoint = try defaults.text("endpoint")
        try defaults.finish()
        connections = []
        for reader in try root.mappings("connections") {
            connections.append(
                try ConnectionSettings(reader, defaultSchedule: schedule, defaultEndpoint: defaultEndpoint)
            )
        }
        try root.finish()
        try checkConnections(place: file)
    }

    private func checkConnections(place: String) throws(ConfigurationError) {
        var keys: Set<ConnectionKey> = []
        var schemas: Set<String> = []
        for connection in connections {
            let definition = connection.definition
            guard keys.insert(definition.key).inserted else {
                throw .invalid(path: "connections", place: place, problem: "\(definition.key) stands twice")
            }
            let target = definition.destination ?? destination
            guard schemas.insert("\(target) \(definition.schema)").inserted else {
                throw .invalid(
                    path: "connections",
                    place: place,
                    problem: "two connections load into the schema \(definition.schema); give one another `schema`"
                )
            }
            if let name = definition.destination, destinations[name] == nil {
                let nearest = destinations.keys.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
                throw .invalid(
                    path: "connections.\(definition.id).destination",
                    place: place,
                    problem: "`destinations` has no `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")"
                )
            }
        }
    }
}

extension Settings.Embedded {
    fileprivate init(_ reader: SettingsReader) throws(ConfigurationError) {
        keep = try reader.value("keep", expected: "a time such as 24h", Units.duration) ?? .seconds(86_400)
        maxBytes = try reader.value("max", expected: "a size such as 10GiB", Units.bytes) ?? 10 << 30
        try reader.finish()
    }
}

extension Settings.Batch {
    fileprivate init(_ reader: SettingsReader) throws(ConfigurationError) {
        rows = try reader.value("rows", expected: "a positive number", Units.positive) ?? 20_000
        bytes = try reader.value("bytes", expected: "a size such as 16MiB", Units.bytes) ?? 16 << 20
        age = try reader.value("age", expected: "a time such as 60s", Units.duration) ?? .seconds(60)
        try reader.finish()
    }
}

extension Settings.DestinationURL {
    fileprivate init(_ reader: SettingsReader) throws(ConfigurationError) {
        url = try reader.text("url", example: "url: postgresql://loader@db/warehouse")
        password = try reader.secret("password")
        sslmode = try reader.text("sslmode")
        sslrootcert = try reader.text("sslrootcert")
        try reader.finish()
    }
}
