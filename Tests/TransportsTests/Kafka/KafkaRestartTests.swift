import Messaging
import Model
import TestSupport
import Testing
import Transports

/// Kills brokers of a real Kafka, so it runs where nothing else uses them: `make test-kafka` sees to that.
@Suite(
    "Kafka restarts: brokers that are killed and started",
    .serialized,
    .enabled(
        if: RealKafka.bootstrapServers != nil && KafkaControl.command != nil,
        "KAFKA_BOOTSTRAP_SERVERS and DESKPIPE_TEST_KAFKA_CONTROL name no brokers that may be killed"
    )
)
struct KafkaRestartTests {
    private static let brokers = RealKafka.bootstrapServers?.count ?? 0

    private func settings() -> KafkaSettings {
        var settings = RealKafka.settings()
        settings.replication = Self.brokers >= 3 ? 3 : 1
        settings.patience = .seconds(60)
        return settings
    }

    @Test("pages that are published and consumed while each broker dies in turn are there once, and in order")
    func inTurn() async throws {
        try await RealKafka.withNamespace { namespace in
            let tickets = namespace.records(.support, "tickets")
            let transport = try KafkaTransport(settings(), logger: .quiet)
            try await transport.prepare([namespace.recordTopic(.support, "tickets")])
            async let received = Self.receive(from: transport, tickets, namespace)
            async let published = Self.publish(to: transport, tickets, namespace)
            for broker in 1...Self.brokers {
                try await KafkaControl.kill(broker)
                // As long as it takes to see that the others go on, or that all is waiting.
                try await Task.sleep(for: .seconds(5))
                try await KafkaControl.start(broker)
                try await Task.sleep(for: .seconds(3))
            }
            let pages = try await published
            #expect(pages >= Self.leastPages)
            let expected = (0..<pages).flatMap { page in (0..<5).map { "p\(page)-\($0)" } } + ["end-0"]
            let contents = try await transport.contents(of: tickets)
            #expect(contents.compactMap(\.keyText) == expected)
            let deliveries = try await received
            var seen: Set<String> = []
            // A consumer may see again what it had not committed; new ones come in order.
            #expect(deliveries.filter { seen.insert($0).inserted } == expected)
            await transport.close()
        }
    }

    private static let leastPages = 20

    /// Publishes pages until the brokers have been killed and started, as an extractor does: what stays undecided is
    /// looked up by the next producer.
    private static func publish(to transport: KafkaTransport, _ topic: String, _ namespace: Namespace) async throws
        -> Int
    {
        let id = "\(namespace)/acme/support"
        var producer = try await transport.producer(.transactional(id: id))
        var pages = 0
        let end = ContinuousClock.now + .seconds(12 * Self.brokers)
        while ContinuousClock.now < end || pages < leastPages {
            let page = testMessages(topic, "p\(pages)", 5)
            do {
                try await producer.publish(page)
            } catch let error as MessagingError {
                guard case .retry = error.recovery else { throw error }
                await producer.close()
                producer = try await transport.producer(.transactional(id: id))
                let isThere = try await transport.contents(of: topic).last?.keyText == "p\(pages)-4"
                if !isThere { continue }
            }
            pages += 1
            try await Task.sleep(for: .milliseconds(50))
        }
        try await producer.publish(testMessages(topic, "end", 1))
        await producer.close()
        return pages
    }

    private static func receive(
        from transport: KafkaTransport,
        _ topic: String,
        _ namespace: Namespace
    ) async throws -> [String] {
        let consumer = try await transport.consumer(group: namespace.loaderGroup, topics: [topic])
        var names: [String] = []
        let limit = ContinuousClock.now + .seconds(240)
        while names.last != "end-0", ContinuousClock.now < limit {
            do {
                let reception = try await consumer.receive(atMost: 100, bytes: 1 << 20, within: .seconds(1))
                names += reception.deliveries.compactMap(\.keyText)
            } catch let error as MessagingError {
                // The brokers do not answer: it is asked again.
                guard case .retry = error.recovery else { throw error }
            }
        }
        await consumer.close()
        return names
    }
}
