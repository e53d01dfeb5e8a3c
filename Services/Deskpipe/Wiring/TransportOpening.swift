import Catalog
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Transports

/// The transport that the configuration names.
enum TransportOpening {
    /// Opens the transport to publish and consume. A namespace's topics must be there and fit.
    /// - Parameter makesTopics: on a cluster too; else topics that are missing there are refused.
    static func open(
        _ settings: Settings,
        makesTopics: Bool = false,
        logger: Logger
    ) async throws -> any Transport {
        let transport = try open(settings, mode: .owner, logger: logger)
        let topics = topics(of: settings.namespace)
        do {
            if makesTopics {
                try await transport.prepare(topics)
            } else {
                try await transport.check(topics)
            }
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

    /// Opens a cluster to see to its topics; nil where the log is one process's own.
    static func openCluster(_ settings: Settings, logger: Logger) throws -> KafkaTransport? {
        guard case .kafka(let brokers) = try TransportURL(parsing: settings.transport) else { return nil }
        return try KafkaTransport(try settings.kafka.settings(brokers: brokers), logger: logger)
    }

    /// Opens the transport beside a running process, to read, and to publish commands.
    static func openForAsking(_ settings: Settings, logger: Logger) throws -> any Transport {
        try open(settings, mode: .asker(topics: [settings.namespace.commands]), logger: logger)
    }

    /// Opens the transport for a console of its own, beside a running process on one machine: to read, and to publish what
    /// people ask for, the connections that they make, and their logins.
    static func openForConsole(_ settings: Settings, logger: Logger) async throws -> any Transport {
        guard case .embedded = try TransportURL(parsing: settings.transport) else {
            return try await open(settings, logger: logger)
        }
        let namespace = settings.namespace
        let topics: Set<String> = [namespace.commands, namespace.connections, namespace.credentials]
        return try open(settings, mode: .asker(topics: topics), logger: logger)
    }

    /// Whether the log is this machine's alone.
    static func isEmbedded(_ settings: Settings) throws -> Bool {
        if case .embedded = try TransportURL(parsing: settings.transport) { true } else { false }
    }

    /// Whether there is a log: false on a machine where nothing has run yet.
    static func hasLog(_ settings: Settings) throws -> Bool {
        guard case .embedded(let path) = try TransportURL(parsing: settings.transport) else { return true }
        return FileManager.default.fileExists(atPath: path)
    }

    /// Whether an extractor can be running: on the embedded log somebody must own it; nil: a broker does not tell.
    static func isOwned(_ settings: Settings) throws -> Bool? {
        guard case .embedded(let path) = try TransportURL(parsing: settings.transport) else { return nil }
        return try EmbeddedTransport.owner(of: path) != nil
    }

    private static func open(_ settings: Settings, mode: EmbeddedMode, logger: Logger) throws -> any Transport {
        try Transports.open(
            TransportURL(parsing: settings.transport),
            mode: mode,
            embedded: EmbeddedSettings(keep: settings.embedded.keep, max: Int64(settings.embedded.maxBytes)),
            kafka: try settings.kafka.settings(),
            logger: logger
        )
    }

    /// All topics of a namespace: those of the services and one for each stream of the catalogue.
    static func topics(of namespace: Namespace) -> [TopicSpecification] {
        namespace.serviceTopics + Catalog.streams.map { namespace.recordTopic($0.source, $0.name) }
    }
}
