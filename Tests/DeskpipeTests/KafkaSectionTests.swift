import Model
import ServiceRuntime
import Testing
import Transports

@testable import Deskpipe

@Suite("The section `kafka` of the configuration")
struct KafkaSectionTests {
    @Test("without it everything has its documented default")
    func defaults() throws {
        let kafka = try section("{}")
        #expect(kafka.security == nil && !kafka.allowsPlaintext && kafka.mechanism == .plain)
        #expect(kafka.partitions == 12 && kafka.replication == 3 && kafka.sessionTimeout == .seconds(10))
        #expect(kafka.instance == nil && kafka.options.isEmpty && kafka.secretOptions.isEmpty)
    }

    @Test("every key reaches the transport, secrets out of their references")
    func everything() throws {
        let kafka = try section(
            """
            { security: sasl_ssl, allow_plaintext: true, username: loader, password: env:PASSWORD,
              mechanism: SCRAM-SHA-512, ca: /etc/ca.pem, certificate: env:CERTIFICATE, key: env:KEY,
              key_password: env:KEY_PASSWORD, partitions: 24, replication: 2, instance: loader-0, session_timeout: 45s,
              options: { linger.ms: 50, sasl.oauthbearer.client.secret: env:OAUTH } }
            """
        )
        let secrets = SecretResolver(environment: [
            "PASSWORD": "p", "KEY": "-----BEGIN KEY-----\nk\n-----END KEY-----\n", "KEY_PASSWORD": "kp", "OAUTH": "o",
            "CERTIFICATE": "-----BEGIN CERTIFICATE-----\nc\n",
        ])
        let settings = try kafka.settings(brokers: ["kafka-1:9092"], secrets: secrets)
        #expect(settings.brokers == ["kafka-1:9092"])
        #expect(settings.security == .saslSSL && settings.allowsPlaintext && settings.mechanism == .scram512)
        #expect(settings.username == "loader" && settings.password?.value == "p")
        #expect(settings.partitions == 24 && settings.replication == 2 && settings.instance == "loader-0")
        #expect(settings.sessionTimeout == .seconds(45) && settings.options == ["linger.ms": "50"])
        #expect(settings.secretOptions["sasl.oauthbearer.client.secret"]?.value == "o")
        #expect(settings.certificates.keyPassword?.value == "kp")
        guard case .file("/etc/ca.pem") = settings.certificates.authorities,
            case .pem(let certificate) = settings.certificates.client, case .pem(let key) = settings.certificates.key
        else {
            Issue.record("\(settings.certificates)")
            return
        }
        #expect(certificate.value.hasPrefix("-----BEGIN CERTIFICATE"))
        #expect(key.value.contains("\nk\n"))
    }

    @Test("a certificate is a file's path, a reference or the text itself")
    func certificates() {
        #expect(KafkaSection.Certificate(parsing: "/etc/ca.pem") == .file("/etc/ca.pem"))
        #expect(KafkaSection.Certificate(parsing: "file:/etc/ca.pem") == .file("/etc/ca.pem"))
        #expect(KafkaSection.Certificate(parsing: "env:CA") == .environment("CA"))
        let text = "-----BEGIN CERTIFICATE-----\nc\n-----END CERTIFICATE-----\n"
        #expect(KafkaSection.Certificate(parsing: text) == .pem(text))
    }

    @Test(
        "what cannot be meant is refused by its name",
        arguments: [
            ("{ security: tls }", "kafka.security"), ("{ mechanism: md5 }", "kafka.mechanism"),
            ("{ allow_plaintext: maybe }", "kafka.allow_plaintext"), ("{ password: canary-1 }", "kafka.password"),
            ("{ key: /client.key }", "kafka.key"), ("{ key_password: canary-1 }", "kafka.key_password"),
            ("{ options: { ssl.keystore.password: canary-1 } }", "kafka.options.ssl.keystore.password"),
            ("{ partitions: 0 }", "kafka.partitions"), ("{ mechanisms: plain }", "kafka.mechanisms"),
        ]
    )
    func refused(yaml: String, path: String) {
        #expect {
            try section(yaml)
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            return error.message.contains("`\(path)`") && !error.message.contains("canary-1")
        }
    }

    @Test("the pod of a StatefulSet has its name again after a restart; any other name is not relied upon")
    func podName() throws {
        let cluster = ["KUBERNETES_SERVICE_HOST": "10.0.0.1"]
        func instance(_ name: String, _ more: [String: String] = cluster) -> String? {
            KafkaSection.podName(more.merging(["HOSTNAME": name]) { $1 })
        }
        #expect(instance("deskpipe-loader-0") == "deskpipe-loader-0")
        #expect(instance("loader-12") == "loader-12")
        #expect(instance("loader-7d9f8b6c5-x2x9z") == nil)
        #expect(instance("12") == nil && instance("") == nil)
        #expect(instance("web-1", [:]) == nil)
        #expect(KafkaSection.podName(cluster) == nil)
        let named = try section("{ instance: mine }", environment: cluster.merging(["HOSTNAME": "loader-0"]) { $1 })
        #expect(named.instance == "mine")
    }

    private func section(_ yaml: String, environment: [String: String] = [:]) throws -> KafkaSection {
        try Settings(yaml: "kafka: \(yaml)\n", file: "deskpipe.yaml", environment: environment).kafka
    }
}
