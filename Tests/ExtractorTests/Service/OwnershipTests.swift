import Extractor
import Testing

@Suite("Ownership")
struct OwnershipTests {
    private let start = ContinuousClock.now

    @Test("nothing begins before the partition is given and read, and the group heard")
    func ready() {
        var ownership = Ownership(sessionTimeout: .seconds(10))
        #expect(!ownership.mayStart(1, at: start))
        #expect(ownership.assign([1, 2]).isEmpty)
        ownership.polled(at: start)
        #expect(ownership.unread == [1, 2] && !ownership.mayStart(1, at: start))
        ownership.hasRead(1)
        #expect(ownership.mayStart(1, at: start) && !ownership.mayStart(2, at: start))
    }

    @Test("a process that was held up for the session timeout hears from the group before it begins anything")
    func heldUp() {
        var ownership = Ownership(sessionTimeout: .seconds(10))
        _ = ownership.assign([1])
        ownership.hasRead(1)
        ownership.polled(at: start)
        #expect(ownership.mayStart(1, at: start + .seconds(9)))
        #expect(!ownership.mayStart(1, at: start + .seconds(10)))
        ownership.polled(at: start + .seconds(11))
        #expect(ownership.mayStart(1, at: start + .seconds(12)))
    }

    @Test("what is lost and comes again is read again; what stays is not")
    func reassigned() {
        var ownership = Ownership(sessionTimeout: .seconds(10))
        _ = ownership.assign([1, 2])
        ownership.polled(at: start)
        ownership.hasRead(1)
        ownership.hasRead(2)
        #expect(ownership.assign([2, 3]) == [1])
        #expect(ownership.isReady(2) && ownership.unread == [3])
        #expect(ownership.assign([]) == [2, 3])
        #expect(!ownership.mayStart(2, at: start))
        _ = ownership.assign([1])
        #expect(ownership.unread == [1])
        ownership.hasRead(9)
        #expect(ownership.partitions == [1])
    }
}
