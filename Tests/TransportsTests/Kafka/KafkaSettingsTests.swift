import Logging
import Messaging
import Model
import Testing

@testable import Transports

@Suite("KafkaSettings")
struct KafkaSettingsTests {
    @Test(
        "connections are encrypted unless all brokers are loopback hosts",
        arguments: [
            (["127.0.0.1:9092"], nil, KafkaSettings.Security.plaintext),
            (["localhost:9092", "[::1]:9093"], nil, .plaintext),
            (["localhost:9092", "kafka:9092"], nil, .ssl),
            (["127.0.0.1.example.com:9092"], nil, .ssl),
            (["10.0.0.1:9092"], nil, .ssl),
            (["kafka:9092"], "loader", .saslSSL),
            (["localhost:9092"], "loader", .saslPlaintext),
        ]
    )
    func security(_ brokers: [String], _ username: String?, _ security: KafkaSettings.Security) {
        #expect(KafkaSettings(brokers: brokers, username: username).effectiveSecurity == security)
        #expect(KafkaSettings(brokers: brokers, security: .saslSSL).effectiveSecurity == .saslSSL)
    }

    @Test(
        "options that carry the promise are refused with the reason",
        arguments: KafkaOptionRule.refusals.keys.sorted()
    )
    func refused(_ option: String) throws {
        let reason = try #require(KafkaOptionRule.refusal(of: option))
        let error = KafkaSettingsError.refusedOption(option, reason: reason)
        let settings = KafkaSettings(brokers: ["localhost:9092"], options: [option: "1"])
        #expect(throws: error) { try settings.validate() }
        #expect(error.message.contains(option) && error.message.contains(reason.text))
    }

    @Test("whatever Deskpipe sets for its promise cannot be set by an option")
    func promise() {
        let settings = KafkaSettings(brokers: ["localhost:9092"], username: "u", password: Secret("p"), instance: "i")
        let properties = KafkaProperties(settings, features: [])
        let tuned: Set<String> = [
            "client.id", "compression.codec", "fetch.error.backoff.ms", "fetch.max.bytes", "heartbeat.interval.ms",
            "linger.ms", "queue.buffering.max.kbytes", "queued.max.messages.kbytes", "reconnect.backoff.max.ms",
            "sasl.mechanisms", "socket.keepalive.enable", "topic.metadata.refresh.interval.ms",
        ]
        let all = [
            properties.transactionalProducer(id: "x"), properties.idempotentProducer, properties.groupConsumer("g"),
            properties.reader, properties.administrator,
        ]
        for name in all.flatMap(\.keys) where !tuned.contains(name) {
            #expect(KafkaOptionRule.refusal(of: name) != nil, "\(name)")
        }
        for name in ["dr_msg_cb", "error_cb", "oauthbearer_token_refresh_cb"] {
            #expect(KafkaOptionRule.refusal(of: name) == .code)
        }
        for name in tuned.union(["socket.timeout.ms", "ssl.cipher.suites", "fetch.wait.max.ms", "debug"]) {
            #expect(KafkaOptionRule.refusal(of: name) == nil)
        }
    }

    @Test("hosts beyond this machine are not talked to in clear, unless that is allowed")
    func plaintext() throws {
        for security in [KafkaSettings.Security.plaintext, .saslPlaintext] {
            var settings = KafkaSettings(
                brokers: ["localhost:9092", "kafka-1:9092"],
                security: security,
                username: security.usesSASL ? "loader" : nil,
                password: security.usesSASL ? Secret("canary") : nil
            )
            let error = KafkaSettingsError.plaintext(host: "kafka-1:9092")
            #expect(throws: error) { try settings.validate() }
            #expect(error.message.contains("kafka.allow_plaintext"))
            settings.allowsPlaintext = true
            try settings.validate()
            settings.allowsPlaintext = false
            settings.brokers = ["localhost:9092"]
            try settings.validate()
            // A cluster may name itself otherwise than it was called.
            #expect(throws: KafkaSettingsError.plaintext(host: "kafka-1")) { try settings.check(host: "kafka-1") }
            try settings.check(host: "::1")
        }
        let encrypted = KafkaSettings(brokers: ["kafka-1:9092"])
        try encrypted.validate()
        try encrypted.check(host: "kafka-2")
    }

    @Test("certificates go to the client as files or as text, and only where connections are encrypted")
    func certificates() throws {
        var settings = KafkaSettings(brokers: ["kafka:9092"])
        settings.certificates = KafkaSettings.Certificates(
            authorities: .file("/ca.pem"),
            client: .pem(Secret("certificate")),
            key: .file("/client.key"),
            keyPassword: Secret("canary")
        )
        try settings.validate()
        let properties = KafkaProperties(settings, features: []).reader
        #expect(properties["ssl.ca.location"] == "/ca.pem" && properties["ssl.ca.pem"] == nil)
        #expect(properties["ssl.certificate.pem"] == "certificate")
        #expect(properties["ssl.key.location"] == "/client.key")
        #expect(properties["ssl.key.password"] == "canary")
        settings.security = .plaintext
        #expect(!KafkaProperties(settings, features: []).reader.keys.contains { $0.hasPrefix("ssl.") })
        settings.security = .ssl
        settings.certificates.key = nil
        #expect(throws: KafkaSettingsError.missing(setting: "kafka.key", for: "kafka.certificate")) {
            try settings.validate()
        }
    }

    @Test("a password is shown in the way that is asked for; a login without one asks for none")
    func mechanisms() throws {
        for mechanism in KafkaSettings.Mechanism.allCases {
            let settings = KafkaSettings(
                brokers: ["kafka:9092"],
                username: "loader",
                password: Secret("canary"),
                mechanism: mechanism
            )
            try settings.validate()
            let name = KafkaProperties(settings, features: []).reader["sasl.mechanisms"]
            #expect(name == mechanism.rawValue.uppercased())
        }
        let token = KafkaSettings(
            brokers: ["kafka:9092"],
            security: .saslSSL,
            options: ["sasl.mechanisms": "OAUTHBEARER"]
        )
        try token.validate()
        #expect(KafkaProperties(token, features: []).reader["sasl.mechanisms"] == "OAUTHBEARER")
    }

    @Test("settings that cannot work are refused before anything is asked")
    func invalid() {
        let cases: [(KafkaSettings, KafkaSettingsError)] = [
            (KafkaSettings(brokers: []), .noBroker),
            (KafkaSettings(brokers: ["a:1"], partitions: 0), .outOfRange(setting: "kafka.partitions", least: 1)),
            (KafkaSettings(brokers: ["a:1"], replication: 0), .outOfRange(setting: "kafka.replication", least: 1)),
            (
                KafkaSettings(brokers: ["a:1"], security: .saslSSL),
                .missing(setting: "kafka.username", for: "kafka.security")
            ),
            (
                KafkaSettings(brokers: ["a:1"], username: "u"),
                .missing(setting: "kafka.password", for: "kafka.security")
            ),
            (KafkaSettings(brokers: ["a:1"], security: .ssl, username: "u"), .unused(setting: "kafka.username")),
            (
                KafkaSettings(brokers: ["a:1"], options: ["no.such.option": "1"]),
                .invalidOption("no.such.option", text: #"No such configuration property: "no.such.option""#)
            ),
            (
                KafkaSettings(brokers: ["a:1"], options: ["linger.ms": "soon"]),
                .invalidOption(
                    "linger.ms",
                    text: #"Invalid value for configuration property "queue.buffering.max.ms""#
                )
            ),
            (
                KafkaSettings(brokers: ["a:1"], options: ["sasl.oauthbearer.client.secret": "1"]),
                .inlineSecret("sasl.oauthbearer.client.secret")
            ),
        ]
        for (settings, error) in cases {
            #expect(throws: error) { try KafkaTransport(settings, logger: .quiet) }
            #expect(error.exitCode == .configuration)
        }
    }

    @Test("an option wins over what is only tuned, and the promise stands")
    func properties() {
        let settings = KafkaSettings(
            brokers: ["a:1", "b:2"],
            username: "loader",
            password: Secret("canary"),
            instance: "loader-0",
            options: ["sasl.mechanism": "SCRAM-SHA-512", "compression.type": "zstd", "linger.ms": "50"]
        )
        let properties = KafkaProperties(settings, features: ["lz4_ext"])
        let producer = properties.transactionalProducer(id: "ns/acme/support")
        #expect(producer["bootstrap.servers"] == "a:1,b:2")
        #expect(producer["acks"] == "all")
        #expect(producer["enable.idempotence"] == "true")
        #expect(producer["transactional.id"] == "ns/acme/support")
        #expect(producer["transaction.timeout.ms"] == "20000")
        #expect(producer["linger.ms"] == "50")
        #expect(producer["compression.codec"] == nil && producer["compression.type"] == "zstd")
        #expect(producer["sasl.mechanisms"] == nil && producer["sasl.mechanism"] == "SCRAM-SHA-512")
        let consumer = properties.groupConsumer("ns.loader")
        #expect(consumer["isolation.level"] == "read_committed")
        #expect(consumer["auto.offset.reset"] == "error")
        #expect(consumer["enable.auto.commit"] == "false")
        #expect(consumer["partition.assignment.strategy"] == "range")
        #expect(consumer["group.instance.id"] == "loader-0")
        #expect(properties.administrator["isolation.level"] == "read_uncommitted")
    }

    @Test("compression is what the library was built with")
    func compression() {
        let settings = KafkaSettings(brokers: ["localhost:9092"])
        let cases: [(Set<String>, String)] = [(["lz4_ext", "zstd"], "lz4"), (["zstd"], "zstd"), ([], "none")]
        for (features, codec) in cases {
            #expect(KafkaProperties(settings, features: features).idempotentProducer["compression.codec"] == codec)
        }
    }

    @Test("a password is in no description")
    func secret() {
        let canary = Secret("canary-7f3a")
        var settings = KafkaSettings(brokers: ["kafka:9092"], username: "loader", password: canary)
        settings.secretOptions = ["sasl.oauthbearer.config": canary]
        settings.certificates = .init(client: .pem(canary), key: .pem(canary), keyPassword: canary)
        #expect(!"\(settings)".contains(canary.value))
        // Nor in what the client says of a value that it does not take.
        settings.certificates = .init()
        settings.secretOptions = ["linger.ms": canary]
        #expect {
            try KafkaTransport(settings, logger: .quiet)
        } throws: { error in
            let message = (error as? KafkaSettingsError)?.message ?? ""
            return message.contains("linger.ms") && !message.contains(canary.value)
        }
    }
}
