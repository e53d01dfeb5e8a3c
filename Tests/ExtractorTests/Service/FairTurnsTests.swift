import Extractor
import Model
import Testing

@Suite("FairTurns")
struct FairTurnsTests {
    private let start = Timestamp(seconds: 1_000_000)

    private func key(_ tenant: String, _ number: Int = 0) throws -> ConnectionKey {
        ConnectionKey(
            tenant: try #require(TenantID(rawValue: tenant)),
            connection: try #require(ConnectionID(rawValue: "c\(number)"))
        )
    }

    @Test("no more run at a time than there are places")
    func capacity() throws {
        var turns = FairTurns(capacity: 2)
        for tenant in ["a", "b", "c"] { turns.enter(try key(tenant)) }
        #expect(turns.next(at: start) == (try key("a")))
        #expect(turns.next(at: start) == (try key("b")))
        #expect(turns.next(at: start) == nil)
        turns.leave(try key("a"))
        #expect(turns.next(at: start) == (try key("c")))
        #expect(turns.runningCount == 2 && turns.waitingCount == 0)
    }

    @Test("a tenant with many connections takes turns with one that has a single one")
    func roundRobin() throws {
        var turns = FairTurns(capacity: 1)
        for number in 0..<100 { turns.enter(try key("many", number)) }
        turns.enter(try key("one"))
        turns.enter(try key("two"))
        var order: [String] = []
        while let next = turns.next(at: start) {
            order.append(next.tenant.rawValue)
            turns.leave(next)
        }
        #expect(order.prefix(5) == ["many", "one", "two", "many", "many"])
        #expect(order.count == 102)
    }

    @Test("one that leaves while it waits has no turn")
    func left() throws {
        var turns = FairTurns(capacity: 1)
        turns.enter(try key("a"))
        turns.enter(try key("b", 1))
        turns.enter(try key("b", 2))
        turns.leave(try key("a"))
        turns.leave(try key("b", 1))
        #expect(turns.next(at: start) == (try key("b", 2)))
        #expect(turns.waitingCount == 0)
    }

    @Test("runs older than a turn yield when others wait: as many as wait, of the tenant with most places, once each")
    func yielding() throws {
        var turns = FairTurns(capacity: 3, turn: .seconds(60))
        for number in 0..<2 { turns.enter(try key("history", number)) }
        turns.enter(try key("small"))
        for _ in 0..<3 { _ = turns.next(at: start) }
        #expect(turns.yielding(at: start + .seconds(600)).isEmpty, "nobody waits")
        turns.enter(try key("late"))
        #expect(turns.yielding(at: start + .seconds(59)).isEmpty, "not a turn old")
        let yielding = turns.yielding(at: start + .seconds(61))
        #expect(yielding.count == 1 && yielding[0].tenant.rawValue == "history")
        #expect(turns.yielding(at: start + .seconds(62)).isEmpty, "asked already")
        turns.leave(yielding[0])
        turns.enter(yielding[0])
        #expect(turns.next(at: start + .seconds(63)) == (try key("late")))
        let second = turns.yielding(at: start + .seconds(64))
        #expect(second.count == 1 && second[0].tenant.rawValue == "history" && second != yielding, "not the small one")
    }

    @Test("nobody yields while there is a free place")
    func free() throws {
        var turns = FairTurns(capacity: 2, turn: .zero)
        turns.enter(try key("a"))
        _ = turns.next(at: start)
        turns.enter(try key("b"))
        #expect(turns.yielding(at: start + .seconds(5)).isEmpty)
    }
}
