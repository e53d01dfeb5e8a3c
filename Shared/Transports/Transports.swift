package import Logging
package import Messaging

/// The kinds of log there are, by the scheme of `transport:`. The only place that knows them all.
package enum Transports {
    /// Opens the log that the configuration names.
    /// - Parameters:
    ///   - mode: whether an embedded log is owned or only read; brokers serve both.
    ///   - kafka: its `brokers` are taken from the URL.
    /// - Throws: ``MessagingError`` as ``EmbeddedTransport`` says; ``KafkaSettingsError``.
    package static func open(
        _ url: TransportURL,
        mode: EmbeddedMode = .owner,
        embedded: EmbeddedSettings = EmbeddedSettings(),
        kafka: KafkaSettings = KafkaSettings(brokers: []),
        logger: Logger
    ) throws -> any Transport {
        switch url {
        case .embedded(let path):
            return try EmbeddedTransport(path: path, settings: embedded, mode: mode)
        case .kafka(let brokers):
            var settings = kafka
            settings.brokers = brokers
            return try KafkaTransport(settings, logger: logger)
        }
    }
}
