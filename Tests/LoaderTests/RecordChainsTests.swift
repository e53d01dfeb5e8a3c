import Testing

@testable import Loader

@Suite("RecordChains")
struct RecordChainsTests {
    @Test("of each key the newest record is taken, in the order of the newest ones")
    func newest() {
        var chains = RecordChains(capacity: 4)
        chains.add(.integer(1), event: 0, sequence: 5)
        chains.add(.integer(2), event: 1, sequence: 6)
        chains.add(.integer(1), event: 2, sequence: 7)
        chains.add(.text("2"), event: 3, sequence: 8)
        var taken: [Int] = []
        let superseded = chains.takeNewest { event, _ in
            taken.append(event)
            return true
        }
        #expect(taken == [1, 2, 3])
        #expect(superseded == 1)
    }

    @Test("a refused record gives way to the next older one, whatever order they came in")
    func refused() {
        var chains = RecordChains(capacity: 4)
        for (event, sequence) in [(0, 3), (1, 9), (2, 1), (3, 9), (4, 5)] as [(Int, Int64)] {
            chains.add(.integer(1), event: event, sequence: sequence)
        }
        var asked: [Int] = []
        let superseded = chains.takeNewest { event, _ in
            asked.append(event)
            return event == 4
        }
        #expect(asked == [3, 1, 4])
        #expect(superseded == 2)
    }
}
