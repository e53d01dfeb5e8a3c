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
        // The poll that was under way when it woke tells nothing yet.
        ownership.polled(at: start + .seconds(11))
        #expect(!ownership.mayStart(1, at: start + .seconds(12)))
        ownership.polled(at: start + .seconds(13))
        #expect(!ownership.mayStart(1, at: start + .seconds(13)))
        ownership.polled(at: start + .seconds(14))
        #expect(ownership.mayStart(1, at: start + .seconds(14)))
    }

    @Test("what is asked back begins nothing until it is decided, and what comes back of it is read again")
    func undecided() {
        var ownership = Ownership(sessionTimeout: .seconds(10))
        _ = ownership.assign([1, 2])
        ownership.polled(at: start)
        ownership.hasRead(1)
        ownership.suspend()
        #expect(ownership.partitions == [1, 2] && ownership.unread.isEmpty && !ownership.mayStart(1, at: start))
        ownership.hasRead(1)
        #expect(!ownership.mayStart(1, at: start), "what was read before the group decided does not count")
        #expect(ownership.assign([1, 3]) == [2])
        #expect(ownership.unread == [1, 3])
        ownership.hasRead(1)
        #expect(ownership.mayStart(1, at: start))
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
