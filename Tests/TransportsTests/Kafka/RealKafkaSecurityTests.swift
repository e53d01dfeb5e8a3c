import Foundation
import Messaging
import Model
import Testing
import Transports

/// A Kafka with TLS, of which the environment tells (docs/kafka.md).
private enum SecureKafka {
    static let ssl = servers("KAFKA_SSL_BOOTSTRAP_SERVERS")
    static let saslSSL = servers("KAFKA_SASL_SSL_BOOTSTRAP_SERVERS")

    static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func servers(_ name: String) -> [String]? {
        variable(name)?.split(separator: ",").map(String.init)
    }

    static func file(_ name: String) -> KafkaSettings.Certificates.Source? { variable(name).map { .file($0) } }

    static func text(_ name: String) throws -> KafkaSettings.Certificates.Source {
        let path = try #require(variable(name))
        return .pem(Secret(try String(contentsOfFile: path, encoding: .utf8)))
    }

    static func login(_ mechanism: KafkaSettings.Mechanism) throws -> KafkaSettings {
        let username: String = try #require(variable("KAFKA_SASL_USERNAME"))
        return KafkaSettings(
            brokers: try #require(saslSSL),
            security: .saslSSL,
            username: username,
            password: Secret(try #require(variable("KAFKA_SASL_PASSWORD"))),
            mechanism: mechanism,
            certificates: .init(authorities: file("KAFKA_SSL_CA")),
            partitions: 1,
            replication: 1,
            patience: .seconds(10)
        )
    }
}

@Suite("A Kafka that asks for TLS and a login")
struct RealKafkaSecurityTests {
    private static let hasSASL = SecureKafka.saslSSL != nil
    private static let hasSSL = SecureKafka.ssl != nil

    /// Publishes in a transaction and reads it back.
    private func roundTrip(_ settings: KafkaSettings) async throws {
        let namespace = RealKafka.uniqueNamespace()
        let transport = try KafkaTransport(settings, logger: .quiet)
        let topic = namespace.recordTopic(.support, "tickets")
        try await transport.prepare([topic])
        let producer = try await transport.producer(.transactional(id: "\(namespace)/acme/support"))
        try await producer.publish(testMessages(topic.name, "a", 3))
        #expect(try await transport.contents(of: topic.name).count == 3)
        await producer.close()
        await transport.close()
        await RealKafka.delete(namespace)
    }

    @Test(
        "takes a password in each of the ways",
        .enabled(if: hasSASL, "KAFKA_SASL_SSL_BOOTSTRAP_SERVERS names none"),
        arguments: KafkaSettings.Mechanism.allCases
    )
    func login(_ mechanism: KafkaSettings.Mechanism) async throws {
        try await roundTrip(SecureKafka.login(mechanism))
    }

    @Test(
        "a wrong password is told soon, and is not shown",
        .enabled(if: hasSASL, "KAFKA_SASL_SSL_BOOTSTRAP_SERVERS names none"),
        arguments: KafkaSettings.Mechanism.allCases
    )
    func wrongPassword(_ mechanism: KafkaSettings.Mechanism) async throws {
        var settings = try SecureKafka.login(mechanism)
        settings.password = Secret("canary-wrong")
        settings.patience = .seconds(60)
        let transport = try KafkaTransport(settings, logger: .quiet)
        let start = ContinuousClock.now
        let error = await #expect(throws: MessagingError.self) {
            try await transport.plan([testNamespace("x").recordTopic(.support, "tickets")])
        }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(error?.recovery == .stop)
        #expect(error?.message.contains("kafka.password") == true)
        #expect(error?.message.contains("canary-wrong") == false)
        await transport.close()
    }

    @Test(
        "a certificate that no authority vouches for is refused by name",
        .enabled(if: hasSASL, "KAFKA_SASL_SSL_BOOTSTRAP_SERVERS names none")
    )
    func unknownAuthority() async throws {
        var settings = try SecureKafka.login(.plain)
        settings.certificates.authorities = nil
        settings.patience = .seconds(3)
        let transport = try KafkaTransport(settings, logger: .quiet)
        let error = await #expect(throws: MessagingError.self) {
            try await transport.plan([testNamespace("x").recordTopic(.support, "tickets")])
        }
        #expect(error?.message.contains("certificate verify failed") == true)
        #expect(error?.message.contains(try #require(settings.brokers.first)) == true)
        await transport.close()
    }

    @Test(
        "takes this client's certificate out of files and out of text",
        .enabled(if: hasSSL, "KAFKA_SSL_BOOTSTRAP_SERVERS names none")
    )
    func certificate() async throws {
        var settings = KafkaSettings(
            brokers: try #require(SecureKafka.ssl),
            security: .ssl,
            partitions: 1,
            replication: 1,
            patience: .seconds(10)
        )
        settings.certificates = .init(
            authorities: SecureKafka.file("KAFKA_SSL_CA"),
            client: SecureKafka.file("KAFKA_SSL_CERTIFICATE"),
            key: SecureKafka.file("KAFKA_SSL_KEY")
        )
        try await roundTrip(settings)
        settings.certificates = .init(
            authorities: try SecureKafka.text("KAFKA_SSL_CA"),
            client: try SecureKafka.text("KAFKA_SSL_CERTIFICATE"),
            key: try SecureKafka.text("KAFKA_SSL_KEY")
        )
        try await roundTrip(settings)
    }
}
