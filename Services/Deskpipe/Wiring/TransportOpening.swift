import Catalog
import Logging
import Messaging
import Model
import ServiceRuntime
import Transports

/// The transport that the configuration names.
enum TransportOpening {
    /// Opens the transport to publish and consume, its topics made.
    static func open(_ settings: Settings, logger: Logger) async throws -> any Transport {
        let transport = try open(settings, mode: .owner, logger: logger)
        do {
            try await transport.prepare(topics(of: settings.namespace))
        } catch {
            await transport.close()
            throw error
        }
        return transport
    }

    /// Opens the transport beside a running process, to read only.
    static func openForReading(_ settings: Settings, logger: Logger) throws -> any Transport {
        try open(settings, mode: .reader, logger: logger)
    }

    private static func open(_ settings: Settings, mode: EmbeddedMode, logger: Logger) throws -> any Transport {
        try Transports.open(
            TransportURL(parsing: settings.transport),
            mode: mode,
            embedded: EmbeddedSettings(keep: settings.embedded.keep, max: Int64(settings.embedded.maxBytes)),
            kafka: try kafka(settings),
            logger: logger
        )
    }

    /// All topics of a namespace: those of the services and one for each stream of the catalogue.
    static func topics(of namespace: Namespace) -> [TopicSpecification] {
        namespace.serviceTopics + Catalog.streams.map { namespace.recordTopic($0.source, $0.name) }
    }

    private static func kafka(_ settings: Settings) throws -> KafkaSettings {
        let kafka = settings.kafka
        var security: KafkaSettings.Security?
        if let name = kafka.security {
            guard let known = KafkaSettings.Security(rawValue: name) else {
                let names = KafkaSettings.Security.allCases.map(\.rawValue).joined(separator: ", ")
                throw ConfigurationError.wrongKind(path: "kafka.security", place: "kafka", expected: "one of \(names)")
            }
            security = known
        }
        return KafkaSettings(
            brokers: [],
            security: security,
            username: kafka.username,
            password: try kafka.password.map { try SecretResolver().resolve($0) },
            partitions: Int32(clamping: kafka.partitions),
            replication: Int32(clamping: kafka.replication),
            instance: kafka.instance,
            options: kafka.options
        )
    }
}
