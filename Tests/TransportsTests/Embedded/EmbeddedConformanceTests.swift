import TestSupport
import Testing

@Suite("The embedded log")
struct EmbeddedConformanceTests {
    @Test("keeps the contract of transports", arguments: TransportBehaviour.all(for: EmbeddedHarness.capabilities))
    func contract(_ behaviour: TransportBehaviour) async throws {
        try await behaviour.run(EmbeddedHarness())
    }

    @Test("skips no behaviour")
    func completeness() {
        #expect(TransportBehaviour.skipped(for: EmbeddedHarness.capabilities).isEmpty)
    }
}
