package import Model

/// How a Kafka cluster is reached and what the namespace's topics are made like.
package struct KafkaSettings: Sendable {
    /// `host:port` of some brokers; the others are learnt from them.
    package var brokers: [String]
    /// How connections are secured. Nil, the default: TLS, unless all brokers are loopback hosts.
    package var security: Security?
    /// For `sasl_*`; with one and no ``security``, SASL is used. The mechanism is `PLAIN` unless `options` names one.
    package var username: String?
    package var password: Secret?
    /// Partitions of every topic of the namespace, fixed for its life. Default 12.
    package var partitions: Int32
    /// Copies of each partition of the topics that are created. Default 3; a cluster with fewer brokers is refused.
    package var replication: Int32
    /// `group.instance.id`: a name that this process has again after a restart, and no other process of its group. It
    /// then takes its partitions up without a rebalance if it is back within ``sessionTimeout``. Default none.
    package var instance: String?
    /// How long a process that died keeps its partitions. Default 10 s.
    package var sessionTimeout: Duration
    /// How long one call tries before it says that the brokers do not answer. Default 30 s.
    package var patience: Duration
    /// Further properties by librdkafka's names, for all clients; those that carry the promise are refused.
    package var options: [String: String]

    /// How a connection is encrypted and authenticated.
    package enum Security: String, Hashable, Sendable, CaseIterable {
        case plaintext
        case ssl
        case saslPlaintext = "sasl_plaintext"
        case saslSSL = "sasl_ssl"

        package var usesSASL: Bool { self == .saslPlaintext || self == .saslSSL }
    }

    package init(
        brokers: [String],
        security: Security? = nil,
        username: String? = nil,
        password: Secret? = nil,
        partitions: Int32 = 12,
        replication: Int32 = 3,
        instance: String? = nil,
        sessionTimeout: Duration = .seconds(10),
        patience: Duration = .seconds(30),
        options: [String: String] = [:]
    ) {
        self.brokers = brokers
        self.security = security
        self.username = username
        self.password = password
        self.partitions = partitions
        self.replication = replication
        self.instance = instance
        self.sessionTimeout = sessionTimeout
        self.patience = patience
        self.options = options
    }

    /// ``security``, or what follows from the brokers' hosts and the user name.
    package var effectiveSecurity: Security {
        if let security { return security }
        let isLocal = brokers.allSatisfy(Self.isLoopback)
        if username == nil { return isLocal ? .plaintext : .ssl }
        return isLocal ? .saslPlaintext : .saslSSL
    }

    private static func isLoopback(_ broker: String) -> Bool {
        if broker == "[::1]" || broker.hasPrefix("[::1]:") { return true }
        let host = broker.split(separator: ":", maxSplits: 1).first ?? ""
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Options that would break the promise, or that have a setting of their own.
    package static let refusedOptions: Set<String> = [
        "acks", "auto.offset.reset", "bootstrap.servers", "delivery.report.only.error", "delivery.timeout.ms",
        "enable.auto.commit", "enable.auto.offset.store", "enable.idempotence", "enable.partition.eof", "group.id",
        "group.instance.id", "isolation.level", "max.in.flight", "max.in.flight.requests.per.connection",
        "message.send.max.retries", "message.timeout.ms",
        "metadata.broker.list", "partition.assignment.strategy", "plugin.library.paths", "request.required.acks",
        "retries", "sasl.password", "sasl.username", "security.protocol", "session.timeout.ms",
        "test.mock.num.brokers", "transaction.timeout.ms", "transactional.id",
    ]

    /// - Throws: what cannot work, whatever the brokers say.
    package func validate() throws(KafkaSettingsError) {
        if brokers.isEmpty || brokers.contains(where: \.isEmpty) { throw .noBroker }
        if partitions < 1 { throw .outOfRange(setting: "kafka.partitions", least: 1) }
        if replication < 1 { throw .outOfRange(setting: "kafka.replication", least: 1) }
        if sessionTimeout < .seconds(1) { throw .outOfRange(setting: "kafka session timeout in seconds", least: 1) }
        if effectiveSecurity.usesSASL {
            if username == nil { throw .missing(setting: "kafka.username") }
            if password == nil { throw .missing(setting: "kafka.password") }
        }
        if let refused = options.keys.filter(Self.refusedOptions.contains).min() { throw .refusedOption(refused) }
    }
}

/// What is wrong with ``KafkaSettings``.
package enum KafkaSettingsError: ExplainedError, Hashable {
    case noBroker
    case outOfRange(setting: String, least: Int)
    case missing(setting: String)
    /// An option that Deskpipe sets itself.
    case refusedOption(String)
    /// librdkafka has no such property.
    case unknownOption(String)
    /// librdkafka does not take the value, or not together with others.
    case invalidOption(String)

    package var message: String {
        switch self {
        case .noBroker:
            "`transport` names no Kafka broker: write it as kafka://host:port,host:port"
        case .outOfRange(let setting, let least):
            "\(setting) must be at least \(least)"
        case .missing(let setting):
            "\(setting) is missing: `kafka.security` asks for it"
        case .refusedOption(let name):
            "`kafka.options` may not set \(name): Deskpipe sets it itself, its promise depends on it; remove it"
        case .unknownOption(let name):
            "`kafka.options`: librdkafka has no property \(name); its CONFIGURATION.md lists those that it has"
        case .invalidOption(let name):
            "the Kafka client does not take the value of \(name); see librdkafka's CONFIGURATION.md for its values"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
