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

    @Test("options that carry the promise are refused", arguments: KafkaSettings.refusedOptions.sorted())
    func refused(_ option: String) {
        let settings = KafkaSettings(brokers: ["localhost:9092"], options: [option: "1"])
        #expect(throws: KafkaSettingsError.refusedOption(option)) { try settings.validate() }
    }

    @Test("settings that cannot work are refused before anything is asked")
    func invalid() {
        let cases: [(KafkaSettings, KafkaSettingsError)] = [
            (KafkaSettings(brokers: []), .noBroker),
            (KafkaSettings(brokers: ["a:1"], partitions: 0), .outOfRange(setting: "kafka.partitions", least: 1)),
            (KafkaSettings(brokers: ["a:1"], replication: 0), .outOfRange(setting: "kafka.replication", least: 1)),
            (KafkaSettings(brokers: ["a:1"], security: .saslSSL), .missing(setting: "kafka.username")),
            (KafkaSettings(brokers: ["a:1"], username: "u"), .missing(setting: "kafka.password")),
            (KafkaSettings(brokers: ["a:1"], options: ["no.such.option": "1"]), .unknownOption("no.such.option")),
            (KafkaSettings(brokers: ["a:1"], options: ["linger.ms": "soon"]), .invalidOption("linger.ms")),
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
        let settings = KafkaSettings(brokers: ["kafka:9092"], username: "loader", password: Secret("canary-7f3a"))
        #expect(!"\(settings)".contains("canary-7f3a"))
    }
}
