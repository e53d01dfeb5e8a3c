import Loader
import Testing

@Suite("RefusalSearch")
struct RefusalSearchTests {
    @Test("finds all records that are refused by themselves", arguments: [[], [0], [99], [3, 50, 51], Array(0..<100)])
    func alone(_ bad: [Int]) async throws {
        let refused = Set(bad)
        let search = RefusalSearch { places in !places.contains(where: refused.contains) }
        #expect(try await search.refused(of: Array(0..<100)) == bad)
    }

    @Test("finds the record that another cannot stand beside")
    func beside() async throws {
        let search = RefusalSearch { places in !(places.contains(10) && places.contains(70)) }
        #expect(try await search.refused(of: Array(0..<100)) == [70])
    }
}
