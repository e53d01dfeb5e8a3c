import Loader
import TestSupport
import Testing

@Suite("RefusalSearch")
struct RefusalSearchTests {
    @Test("finds all records that are refused by themselves", arguments: [[], [0], [99], [3, 50, 51], Array(0..<100)])
    func alone(_ bad: [Int]) async throws {
        let refused = Set(bad)
        let search = RefusalSearch { places in
            places.first(where: refused.contains).map { "\($0)" }
        }
        let found = try await search.refused(of: Array(0..<100))
        #expect(found.keys.sorted() == bad)
        #expect(found.allSatisfy { $0.value == "\($0.key)" }, "each has its own reason")
    }

    @Test("finds the record that another cannot stand beside")
    func beside() async throws {
        let search = RefusalSearch { places in places.contains(10) && places.contains(70) ? "both" : nil }
        #expect(try await search.refused(of: Array(0..<100)) == [70: "both"])
    }

    @Test("costs a logarithm of trials for each record that is refused", arguments: [1, 2, 5, 20])
    func cost(_ count: Int) async throws {
        let size = 4096
        var random = SplitMix64(seed: UInt64(count))
        for _ in 0..<20 {
            let bad = Set((0..<count).map { _ in Int.random(in: 0..<size, using: &random) })
            var trials = 0
            var tried = 0
            let search = RefusalSearch { places in
                trials += 1
                tried += places.count
                return places.contains(where: bad.contains) ? "bad" : nil
            }
            #expect(try await Set(search.refused(of: Array(0..<size)).keys) == bad)
            // log2 4096 = 12, one of the record itself, one of those after it.
            #expect(trials <= bad.count * 14, "\(bad.count) refused, \(trials) trials")
            #expect(tried <= bad.count * size * 2, "\(tried) records were tried")
        }
    }
}
