import Model
import ServiceRuntime
import Transports

/// `kafka:` of the configuration, read before any secret is.
///
/// | key | type | default |
/// |---|---|---|
/// | `security` | `plaintext`, `ssl`, `sasl_plaintext`, `sasl_ssl` | encrypted, unless all brokers are this machine's |
/// | `allow_plaintext` | `true` or `false` | `false`: not encrypted on this machine only |
/// | `username`, `password` | text, a secret's reference | none |
/// | `mechanism` | `plain`, `scram-sha-256`, `scram-sha-512` | `plain` |
/// | `ca`, `certificate` | a file, PEM text or a reference | the system's authorities; none |
/// | `key`, `key_password` | a secret's reference | none |
/// | `partitions` | number, fixed for the namespace's life | 12 |
/// | `replication` | copies of each partition | 3 |
/// | `instance` | a name that this process has again after a restart | the pod's, of a StatefulSet; else none |
/// | `session_timeout` | time | 10s |
/// | `options` | librdkafka's properties by name | none |
struct KafkaSection {
    var security: KafkaSettings.Security?
    var allowsPlaintext: Bool
    var username: String?
    var password: SecretReference?
    var mechanism: KafkaSettings.Mechanism
    var authorities: Certificate?
    var certificate: Certificate?
    var key: SecretReference?
    var keyPassword: SecretReference?
    var partitions: Int
    var replication: Int
    var instance: String?
    var sessionTimeout: Duration
    var options: [String: String]
    /// Options that are secrets.
    var secretOptions: [String: SecretReference]

    /// Where a certificate is. It is no secret.
    enum Certificate: Hashable {
        case file(String)
        case pem(String)
        case environment(String)

        init(parsing text: String) {
            switch SecretReference(parsing: text) {
            case .file(let path): self = .file(path)
            case .environment(let name): self = .environment(name)
            case nil: self = text.contains("-----BEGIN") ? .pem(text) : .file(text)
            }
        }
    }
}

extension KafkaSection {
    init(_ reader: SettingsReader, environment: [String: String]) throws(ConfigurationError) {
        security = try reader.value(
            "security",
            expected: "one of \(KafkaSettings.Security.allCases.map(\.rawValue).joined(separator: ", "))",
            KafkaSettings.Security.init(rawValue:)
        )
        allowsPlaintext = try reader.value("allow_plaintext", expected: "true or false", Bool.init) ?? false
        username = try reader.text("username")
        password = try reader.secret("password")
        mechanism =
            try reader.value(
                "mechanism",
                expected: "one of \(KafkaSettings.Mechanism.allCases.map(\.rawValue).joined(separator: ", "))"
            ) { KafkaSettings.Mechanism(rawValue: $0.lowercased()) } ?? .plain
        authorities = try reader.text("ca").map(Certificate.init(parsing:))
        certificate = try reader.text("certificate").map(Certificate.init(parsing:))
        key = try reader.secret("key")
        keyPassword = try reader.secret("key_password")
        partitions = try reader.value("partitions", expected: "a positive number", Units.positive) ?? 12
        replication = try reader.value("replication", expected: "a positive number", Units.positive) ?? 3
        instance = try reader.text("instance") ?? Self.podName(environment)
        sessionTimeout =
            try reader.value("session_timeout", expected: "a time such as 10s", Units.duration) ?? .seconds(10)
        options = [:]
        secretOptions = [:]
        let named = try reader.mapping("options")
        for name in named.names() {
            if KafkaOptionRule.isSecret(name) {
                secretOptions[name] = try named.secret(name)
            } else {
                options[name] = try named.text(name)
            }
        }
        try reader.finish()
    }

    /// The name of a StatefulSet's pod, which its successor has too; other pods have a name of their own each time.
    static func podName(_ environment: [String: String]) -> String? {
        guard environment["KUBERNETES_SERVICE_HOST"] != nil, let name = environment["HOSTNAME"],
            let ordinal = name.split(separator: "-").last, ordinal.count < name.count,
            ordinal.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return name
    }

    /// Reads the secrets.
    /// - Parameter brokers: `host:port`.
    /// - Throws: `SecretError`.
    func settings(brokers: [String] = [], secrets: SecretResolver = SecretResolver()) throws -> KafkaSettings {
        KafkaSettings(
            brokers: brokers,
            security: security,
            allowsPlaintext: allowsPlaintext,
            username: username,
            password: try password.map { try secrets.resolve($0) },
            mechanism: mechanism,
            certificates: KafkaSettings.Certificates(
                authorities: try authorities.map { try Self.source($0, secrets) },
                client: try certificate.map { try Self.source($0, secrets) },
                key: try key.map { try Self.source($0, secrets) },
                keyPassword: try keyPassword.map { try secrets.resolve($0) }
            ),
            partitions: Int32(clamping: partitions),
            replication: Int32(clamping: replication),
            instance: instance,
            sessionTimeout: sessionTimeout,
            options: options,
            secretOptions: try secretOptions.mapValues { try secrets.resolve($0) }
        )
    }

    private static func source(
        _ certificate: Certificate,
        _ secrets: SecretResolver
    ) throws -> KafkaSettings.Certificates.Source {
        switch certificate {
        case .file(let path): .file(path)
        case .pem(let text): .pem(Secret(text))
        case .environment(let name): .pem(try secrets.resolveText(.environment(name)))
        }
    }

    private static func source(
        _ key: SecretReference,
        _ secrets: SecretResolver
    ) throws -> KafkaSettings.Certificates.Source {
        switch key {
        case .file(let path): .file(path)
        case .environment: .pem(try secrets.resolveText(key))
        }
    }
}
