import Messaging
import Model
import RDKafka

/// librdkafka's properties for each kind of client that the transport makes.
///
/// `kafka.options` come last, so that they win over what is only tuned here; what may not be changed is refused by
/// ``KafkaSettings/validate()``.
struct KafkaProperties: Sendable {
    private let settings: KafkaSettings
    private let compression: String

    /// Bytes that a batch adds to its largest message, generously.
    static let overhead = 64 << 10
    /// The broker aborts a transaction that is open for longer; until then it holds up its neighbours' readers.
    static let transactionTimeout = Duration.seconds(20)

    /// - Parameter features: of the installed library.
    init(_ settings: KafkaSettings, features: Set<String>) {
        self.settings = settings
        let hasLZ4 = features.contains("lz4") || features.contains("lz4_ext")
        compression = hasLZ4 ? "lz4" : features.contains("zstd") ? "zstd" : "none"
    }

    func transactionalProducer(id: String) -> [String: String] {
        producer([
            "transactional.id": id,
            "transaction.timeout.ms": "\(Self.transactionTimeout.wholeMilliseconds)",
            // Success is what the commit says; only the first failure is of interest.
            "delivery.report.only.error": "true",
        ])
    }

    var idempotentProducer: [String: String] { producer([:]) }

    private func producer(_ own: [String: String]) -> [String: String] {
        all(
            [
                "acks": "all",
                "enable.idempotence": "true",
                // A broker takes any first sequence of a producer that it does not know. Were a second batch on its way
                // while the first is refused, by a leader that is not ready, the first would be lost without an error.
                "max.in.flight.requests.per.connection": "1",
                "message.timeout.ms": "\(Self.transactionTimeout.wholeMilliseconds)",
                "compression.codec": compression,
                "linger.ms": "5",
                "queue.buffering.max.kbytes": "\(64 << 10)",
            ].merging(own) { $1 }
        )
    }

    func groupConsumer(_ group: String) -> [String: String] {
        var own = [
            "group.id": group,
            "isolation.level": "read_committed",
            "partition.assignment.strategy": "range",
            "auto.offset.reset": "error",
            "session.timeout.ms":
                "\(KafkaSettings.memberTimeout(within: settings.sessionTimeout).wholeMilliseconds)",
            // Members learn with a heartbeat that another one is gone.
            "heartbeat.interval.ms": "\(settings.sessionTimeout.wholeMilliseconds / 10)",
            // How soon a topic that was made after the subscription is seen.
            "topic.metadata.refresh.interval.ms": "3000",
        ]
        own["group.instance.id"] = settings.instance
        return consumer(own)
    }

    /// Reads partitions without a group.
    var reader: [String: String] {
        consumer(["isolation.level": "read_committed", "auto.offset.reset": "earliest"])
    }

    /// Asks for metadata, makes and alters topics, and sees the log's end as it is, open transactions included.
    var administrator: [String: String] { consumer(["isolation.level": "read_uncommitted"]) }

    private func consumer(_ own: [String: String]) -> [String: String] {
        all(
            [
                "enable.auto.commit": "false",
                "enable.auto.offset.store": "false",
                "enable.partition.eof": "true",
                "queued.max.messages.kbytes": "16384",
                "fetch.max.bytes": "\(Namespace.maxRecordMessageBytes + Self.overhead)",
                "fetch.error.backoff.ms": "100",
            ].merging(own) { $1 }
        )
    }

    private func all(_ own: [String: String]) -> [String: String] {
        var properties = own
        properties["bootstrap.servers"] = settings.brokers.joined(separator: ",")
        properties["client.id"] = "deskpipe"
        // A topic is made as the contract says or not at all, whatever the brokers do when they are asked for one.
        properties["allow.auto.create.topics"] = "false"
        properties["message.max.bytes"] = "\(Namespace.maxRecordMessageBytes + Self.overhead)"
        // The library's own 10 s would stall a commit for half a minute after a broker's restart.
        properties["reconnect.backoff.max.ms"] = "500"
        properties["socket.keepalive.enable"] = "true"
        properties.merge(security) { $1 }
        for (name, value) in settings.options {
            if name == "compression.type" { properties["compression.codec"] = nil }
            properties[name] = value
        }
        for (name, secret) in settings.secretOptions { properties[name] = secret.value }
        return properties
    }

    private var security: [String: String] {
        let security = settings.effectiveSecurity
        var properties = ["security.protocol": security.rawValue]
        if security.usesSASL {
            if !settings.namesMechanism { properties["sasl.mechanisms"] = settings.mechanism.rawValue.uppercased() }
            properties["sasl.username"] = settings.username
            properties["sasl.password"] = settings.password?.value
        }
        guard security.isEncrypted else { return properties }
        let certificates = settings.certificates
        let sources = [
            ("ssl.ca", certificates.authorities), ("ssl.certificate", certificates.client),
            ("ssl.key", certificates.key),
        ]
        for (name, source) in sources {
            switch source {
            case .file(let path): properties["\(name).location"] = path
            case .pem(let text): properties["\(name).pem"] = text.value
            case nil: break
            }
        }
        properties["ssl.key.password"] = certificates.keyPassword?.value
        return properties
    }

    /// Properties whose values are in no message.
    var secretProperties: Set<String> {
        Set(settings.secretOptions.keys)
            .union(["sasl.password", "ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem", "ssl.key.password"])
    }
}
