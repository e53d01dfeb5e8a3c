import Logging
import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite("Transports")
struct TransportsTests {
    private let logger = Logger(label: "test")

    @Test("the scheme picks the kind, with the settings of that kind")
    func open() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("log.sqlite")
        let owner = try Transports.open(
            try TransportURL(parsing: "embedded:\(path)"),
            embedded: EmbeddedSettings(partitions: 5),
            logger: logger
        )
        #expect((owner as? EmbeddedTransport)?.partitions == 5)
        let reader = try Transports.open(.embedded(path: path), mode: .reader, logger: logger)
        #expect(reader.partitions == 5)
        await reader.close()
        await owner.close()
        let cluster = try Transports.open(
            try TransportURL(parsing: "kafka://127.0.0.1:9"),
            kafka: KafkaSettings(brokers: [], partitions: 7),
            logger: logger
        )
        #expect((cluster as? KafkaTransport)?.partitions == 7)
        await cluster.close()
    }
}
