/// Which of librdkafka's properties `kafka.options` may set: all but those that Deskpipe's promise rests on, those that
/// have a setting of their own, and those that mean something to a program only.
/// Source: https://github.com/confluentinc/librdkafka/blob/v2.0.2/CONFIGURATION.md
package enum KafkaOptionRule {
    /// Why an option is refused.
    package enum Refusal: Hashable, Sendable {
        /// What was acknowledged could be lost, doubled or reordered.
        case publishing
        /// Records could be passed over, loaded twice, or read before they are committed.
        case consuming
        /// A tenant's partitions of all topics must be at one member.
        case group
        /// A page always goes out, whatever its records' size.
        case size
        /// Topics are made by `deskpipe topics apply` alone.
        case topics
        /// It has a setting of its own.
        case setting(String)
        /// It loads or calls code, or serves the client's own tests.
        case code

        package var text: String {
            switch self {
            case .publishing: "what was published could be lost, doubled or out of order; remove it"
            case .consuming: "records could be passed over, or read before they are committed; remove it"
            case .group: "a tenant's partitions would be shared out otherwise than its tables need; remove it"
            case .size: "a record of 4 MB could not pass any more; remove it"
            case .topics: "topics are made by `deskpipe topics apply` alone; remove it"
            case .setting(let name): "set `\(name)` instead"
            case .code: "it loads or calls a program's own code; remove it"
            }
        }
    }

    /// - Returns: nil for an option that may be set.
    package static func refusal(of option: String) -> Refusal? {
        refusals[option] ?? (option.hasSuffix("_cb") ? .code : nil)
    }

    /// Whether an option's value is a secret.
    package static func isSecret(_ option: String) -> Bool { secrets.contains(option) }

    /// The refused options by name, but for callbacks.
    package static let refusals: [String: Refusal] = [
        "acks": .publishing,
        "request.required.acks": .publishing,
        "enable.idempotence": .publishing,
        "enable.gapless.guarantee": .publishing,
        "transactional.id": .publishing,
        "transaction.timeout.ms": .publishing,
        "max.in.flight": .publishing,
        "max.in.flight.requests.per.connection": .publishing,
        "message.send.max.retries": .publishing,
        "retries": .publishing,
        "message.timeout.ms": .publishing,
        "delivery.timeout.ms": .publishing,
        "delivery.report.only.error": .publishing,
        "queuing.strategy": .publishing,
        "produce.offset.report": .publishing,
        "isolation.level": .consuming,
        "enable.auto.commit": .consuming,
        "auto.commit.enable": .consuming,
        "auto.commit.interval.ms": .consuming,
        "enable.auto.offset.store": .consuming,
        "auto.offset.reset": .consuming,
        "offset.store.method": .consuming,
        "offset.store.path": .consuming,
        "offset.store.sync.interval.ms": .consuming,
        "enable.partition.eof": .consuming,
        "group.id": .group,
        "group.protocol.type": .group,
        "partition.assignment.strategy": .group,
        "message.max.bytes": .size,
        "allow.auto.create.topics": .topics,
        "bootstrap.servers": .setting("transport: kafka://host:port"),
        "metadata.broker.list": .setting("transport: kafka://host:port"),
        "security.protocol": .setting("kafka.security"),
        "sasl.username": .setting("kafka.username"),
        "sasl.password": .setting("kafka.password"),
        "group.instance.id": .setting("kafka.instance"),
        "session.timeout.ms": .setting("kafka.session_timeout"),
        "ssl.key.password": .setting("kafka.key_password"),
        "ssl.key.pem": .setting("kafka.key"),
        "plugin.library.paths": .code,
        "ssl.engine.location": .code,
        "ssl_engine_callback_data": .code,
        "interceptors": .code,
        "opaque": .code,
        "default_topic_conf": .code,
        "enabled_events": .code,
        "log.queue": .code,
        "partitioner": .code,
        "msg_order_cmp": .code,
        "test.mock.num.brokers": .code,
    ]

    private static let secrets: Set<String> = [
        "sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", "ssl.keystore.password",
    ]
}
