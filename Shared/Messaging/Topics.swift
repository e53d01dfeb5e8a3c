package import Model

/// A namespace's topics by name: `{ns}.records.zendesk-support.tickets`.
package struct Namespace: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    /// `[a-z0-9-]{1,40}`
    package init?(rawValue: String) {
        guard TenantID(rawValue: rawValue) != nil else { return nil }
        self.rawValue = rawValue
    }

    package var description: String { rawValue }

    package func records(_ source: Source, _ stream: StreamName) -> String {
        "\(rawValue).records.\(source.rawValue).\(stream.rawValue)"
    }

    package var bookmarks: String { "\(rawValue).bookmarks" }
    package var connections: String { "\(rawValue).connections" }
    package var credentials: String { "\(rawValue).credentials" }
    package var commands: String { "\(rawValue).commands" }
    package var progress: String { "\(rawValue).progress" }
    package var extractionReports: String { "\(rawValue).reports.extraction" }
    package var loadingReports: String { "\(rawValue).reports.loading" }
    package var extractionLogs: String { "\(rawValue).logs.extraction" }
    package var rejected: String { "\(rawValue).rejected" }

    /// `transactional.id` of a connection's producer.
    package func transactionalID(of connection: ConnectionKey) -> String { "\(rawValue)/\(connection)" }

    /// The consumer group of the extractors: who has a partition runs its tenants' connections.
    package var extractorGroup: String { "\(rawValue).extractor" }

    /// The consumer group of the loaders.
    package var loaderGroup: String { "\(rawValue).loader" }

    /// The source and stream of a record topic of this namespace; nil for any other topic.
    package func stream(ofRecordTopic topic: String) -> (source: Source, stream: StreamName)? {
        let prefix = "\(rawValue).records."
        guard topic.hasPrefix(prefix) else { return nil }
        let parts = topic.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let source = Source(rawValue: String(parts[0])) else { return nil }
        return (source, StreamName(rawValue: String(parts[1])))
    }
}

/// How a topic is kept.
package struct TopicSpecification: Hashable, Sendable {
    package var name: String
    package var cleanup: Cleanup
    /// Nil keeps the last message of each key for ever.
    package var retention: Duration?
    package var maxMessageBytes: Int

    package enum Cleanup: String, Hashable, Sendable {
        case delete
        case compact
    }

    package init(name: String, cleanup: Cleanup, retention: Duration?, maxMessageBytes: Int = 1 << 20) {
        self.name = name
        self.cleanup = cleanup
        self.retention = retention
        self.maxMessageBytes = maxMessageBytes
    }
}

extension Namespace {
    /// The most that a record's message may have: 8 MiB, so that a record of 4 MB passes everywhere.
    package static let maxRecordMessageBytes = 8 << 20

    package func recordTopic(_ source: Source, _ stream: StreamName) -> TopicSpecification {
        TopicSpecification(
            name: records(source, stream),
            cleanup: .delete,
            retention: .days(7),
            maxMessageBytes: Self.maxRecordMessageBytes
        )
    }

    /// All topics but those of records.
    package var serviceTopics: [TopicSpecification] {
        [
            TopicSpecification(name: bookmarks, cleanup: .compact, retention: nil),
            TopicSpecification(name: connections, cleanup: .compact, retention: nil),
            TopicSpecification(name: credentials, cleanup: .compact, retention: nil),
            TopicSpecification(name: commands, cleanup: .delete, retention: .days(7)),
            TopicSpecification(name: progress, cleanup: .compact, retention: .days(1)),
            TopicSpecification(name: extractionReports, cleanup: .delete, retention: .days(60)),
            TopicSpecification(name: loadingReports, cleanup: .delete, retention: .days(60)),
            TopicSpecification(name: extractionLogs, cleanup: .delete, retention: .days(60)),
            TopicSpecification(
                name: rejected,
                cleanup: .delete,
                retention: .days(30),
                maxMessageBytes: Self.maxRecordMessageBytes
            ),
        ]
    }
}

extension Duration {
    package static func days(_ days: Int64) -> Duration { .seconds(days * 86_400) }
}
