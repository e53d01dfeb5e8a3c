package import Model

/// How a Kafka cluster is reached and what the namespace's topics are made like.
package struct KafkaSettings: Sendable {
    /// `host:port` of some brokers; the others are learnt from them.
    package var brokers: [String]
    /// How connections are secured. Nil, the default: TLS, unless all brokers are loopback hosts.
    package var security: Security?
    /// Connections may be unencrypted although they leave this machine. Default false.
    package var allowsPlaintext: Bool
    /// For `sasl_*`; with one and no ``security``, SASL is used.
    package var username: String?
    package var password: Secret?
    /// How the password is shown to the brokers. Default `PLAIN`; ``options`` may name one that needs no password.
    package var mechanism: Mechanism
    /// The certificates that TLS is given; by default the system's authorities and none of its own.
    package var certificates: Certificates
    /// Partitions of every topic of the namespace, fixed for its life. Default 12.
    package var partitions: Int32
    /// Copies of each partition of the topics that are created. Default 3; a cluster with fewer brokers is refused.
    package var replication: Int32
    /// `group.instance.id`: a name that this process has again after a restart, and no other process of its group. It
    /// then takes its partitions up without a rebalance if it is back within ``sessionTimeout``. Default none.
    package var instance: String?
    /// How long it takes at most until others have the partitions of a process that died. Default 10 s.
    package var sessionTimeout: Duration
    /// How long one call tries before it says that the brokers do not answer. Default 30 s.
    package var patience: Duration
    /// Further properties by librdkafka's names, for all clients; those that carry the promise are refused.
    package var options: [String: String]
    /// Options that are secrets, by librdkafka's names.
    package var secretOptions: [String: Secret]

    /// How a connection is encrypted and authenticated.
    package enum Security: String, Hashable, Sendable, CaseIterable {
        case plaintext
        case ssl
        case saslPlaintext = "sasl_plaintext"
        case saslSSL = "sasl_ssl"

        package var usesSASL: Bool { self == .saslPlaintext || self == .saslSSL }
        package var isEncrypted: Bool { self == .ssl || self == .saslSSL }
    }

    package enum Mechanism: String, Hashable, Sendable, CaseIterable {
        case plain = "plain"
        case scram256 = "scram-sha-256"
        case scram512 = "scram-sha-512"
    }

    /// What TLS is given, each as a file or as PEM text.
    package struct Certificates: Sendable {
        /// Of the authorities that sign the brokers' certificates.
        package var authorities: Source?
        /// This client's own, with what is between it and its authority.
        package var client: Source?
        package var key: Source?
        package var keyPassword: Secret?

        package enum Source: Sendable {
            case file(String)
            case pem(Secret)
        }

        package init(
            authorities: Source? = nil,
            client: Source? = nil,
            key: Source? = nil,
            keyPassword: Secret? = nil
        ) {
            self.authorities = authorities
            self.client = client
            self.key = key
            self.keyPassword = keyPassword
        }
    }

    package init(
        brokers: [String],
        security: Security? = nil,
        allowsPlaintext: Bool = false,
        username: String? = nil,
        password: Secret? = nil,
        mechanism: Mechanism = .plain,
        certificates: Certificates = Certificates(),
        partitions: Int32 = 12,
        replication: Int32 = 3,
        instance: String? = nil,
        sessionTimeout: Duration = .seconds(10),
        patience: Duration = .seconds(30),
        options: [String: String] = [:],
        secretOptions: [String: Secret] = [:]
    ) {
        self.brokers = brokers
        self.security = security
        self.allowsPlaintext = allowsPlaintext
        self.username = username
        self.password = password
        self.mechanism = mechanism
        self.certificates = certificates
        self.partitions = partitions
        self.replication = replication
        self.instance = instance
        self.sessionTimeout = sessionTimeout
        self.patience = patience
        self.options = options
        self.secretOptions = secretOptions
    }

    /// ``security``, or what follows from the brokers' hosts and the user name.
    package var effectiveSecurity: Security {
        if let security { return security }
        let isLocal = brokers.allSatisfy(Self.isLoopback)
        if username == nil { return isLocal ? .plaintext : .ssl }
        return isLocal ? .saslPlaintext : .saslSSL
    }

    /// Whether a host, or `host:port`, is this machine's own.
    package static func isLoopback(_ broker: String) -> Bool {
        if broker == "::1" || broker == "[::1]" || broker.hasPrefix("[::1]:") { return true }
        let host = broker.split(separator: ":", maxSplits: 1).first ?? ""
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension KafkaSettings {
    /// How long brokers wait for a member that is not heard of: so much less than ``sessionTimeout`` that the others, who
    /// hear of it with their heartbeats, have shared out anew within it. Brokers take no less than 6 s
    /// (`group.min.session.timeout.ms`).
    package static func memberTimeout(within sessionTimeout: Duration) -> Duration {
        max(sessionTimeout * 8 / 10, min(sessionTimeout, .seconds(6)))
    }
}
