import Testing

@testable import ServiceRuntime

@Suite("Readiness")
struct ReadinessTests {
    @Test("a service is ready when each of its conditions is met, and says what is not")
    func conditions() {
        let readiness = Readiness([.transport, .assignment])
        #expect(!readiness.isReady)
        readiness.met(.transport)
        #expect(!readiness.isReady)
        #expect(readiness.text == "transport: ok\nassignment: not yet known\n")
        readiness.met(.assignment)
        #expect(readiness.isReady)
        readiness.unmet(.transport, because: "no broker answers")
        #expect(!readiness.isReady)
        #expect(readiness.text == "transport: no broker answers\nassignment: ok\n")
    }

    @Test("a condition that a service does not have never holds it back")
    func foreignCondition() {
        let readiness = Readiness([.transport])
        readiness.met(.transport)
        readiness.unmet(.destination, because: "down")
        #expect(readiness.isReady)
    }

    @Test("a service that is being stopped is not ready, whatever its conditions")
    func stopping() {
        let readiness = Readiness([.transport])
        readiness.met(.transport)
        readiness.stopping()
        #expect(!readiness.isReady)
        #expect(readiness.text == "transport: ok\nstopping\n")
    }
}
