import TestSupport
import Testing

@Suite("Kafka transport over a mock broker's process")
struct KafkaConformanceTests {
    @Test("keeps the transport contract", arguments: TransportBehaviour.all(for: MockKafkaHarness.capabilities))
    func contract(_ behaviour: TransportBehaviour) async throws {
        try await behaviour.run(MockKafkaHarness())
    }

    @Test("says which parts of the contract the mock broker cannot show")
    func skipped() {
        let skipped = TransportBehaviour.skipped(for: MockKafkaHarness.capabilities)
        for behaviour in skipped {
            print("skipped on the mock broker (needs a real Kafka, see KAFKA_BOOTSTRAP_SERVERS): \(behaviour)")
        }
        #expect(!skipped.isEmpty)
    }
}
