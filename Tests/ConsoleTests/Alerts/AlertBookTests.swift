import Console
import Foundation
import Messaging
import Model
import Testing

@Suite("AlertBook")
struct AlertBookTests {
    private let now = Facts.noon

    private func finding(_ name: String, _ severity: Alert.Severity = .warning, since: Timestamp? = nil) -> Finding {
        Finding(.init(.loadFailing, nil, name), severity, since: since ?? now, meaning: "\(name) fails", action: "mend")
    }

    @Test("what is found again and again is raised once, and resolved once when it is gone")
    func once() throws {
        var book = AlertBook()
        #expect(book.take([finding("tickets")], at: now).map(\.alert.subject) == ["tickets"])
        #expect(book.take([finding("tickets", since: now + .seconds(9))], at: now + .seconds(10)).isEmpty)
        #expect(book.open.map(\.since) == [now])
        let changes = book.take([], at: now + .seconds(20))
        guard case .resolved(let alert)? = changes.first else { throw Unexpected() }
        #expect(changes.count == 1)
        #expect(alert.resolvedAt == now + .seconds(20))
        #expect(book.open.isEmpty)
        #expect(book.resolved == [alert])
        #expect(book.take([], at: now + .seconds(30)).isEmpty)
    }

    @Test("what begins anew is another alert, with another id")
    func again() {
        var book = AlertBook()
        let first = book.take([finding("tickets")], at: now)
        book.take([], at: now + .seconds(10))
        let second = book.take([finding("tickets", since: now + .seconds(20))], at: now + .seconds(20))
        #expect(first.count == 1)
        #expect(second.count == 1)
        #expect(first.first?.alert.id != second.first?.alert.id)
    }

    @Test("the id is the same in every console")
    func id() {
        var (one, other) = (AlertBook(), AlertBook())
        one.take([finding("tickets")], at: now)
        other.take([finding("tickets")], at: now + .seconds(500))
        #expect(one.open.map(\.id) == other.open.map(\.id))
        #expect(one.open.map(\.id) == ["load_failing/tickets/2026-11-20T12:00:00.000Z"])
    }

    @Test("open alerts are listed with the worst first, then the oldest")
    func order() {
        var book = AlertBook()
        book.take(
            [
                finding("c", since: now), finding("b", since: now - .seconds(5)),
                finding("a", .critical, since: now + .seconds(5)),
            ],
            at: now
        )
        #expect(book.open.map(\.subject) == ["a", "b", "c"])
    }

    @Test("after a restart nothing is told twice, and what ended meanwhile is told once")
    func restart() throws {
        var book = AlertBook()
        book.take([finding("a"), finding("b"), finding("c")], at: now)
        book.take([finding("a"), finding("b")], at: now + .seconds(5))
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        let kept = try decoded(KeptAlerts(book, in: namespace, owed: [:]))
        var next = AlertBook(kept)
        #expect(next.open == book.open && next.resolved == book.resolved)
        // The cause is the same, whenever it is found to have begun.
        let changes = next.take([finding("a", since: now + .seconds(60))], at: now + .seconds(70))
        #expect(changes.map(\.alert.subject) == ["b"])
        guard case .resolved(let ended)? = changes.first else { throw Unexpected() }
        #expect(ended.id == "load_failing/b/2026-11-20T12:00:00.000Z" && ended.resolvedAt == now + .seconds(70))
        #expect(next.open.map(\.since) == [now] && next.resolved.map(\.subject) == ["b", "c"])
        #expect(next.take([finding("a")], at: now + .seconds(80)).isEmpty)
    }

    @Test("what a console did not come to tell is told by the next one, to whom it is owed")
    func owed() throws {
        var book = AlertBook()
        book.take([finding("a"), finding("b")], at: now)
        book.take([finding("a")], at: now + .seconds(5))
        let (first, second) = ("load_failing/a/2026-11-20T12:00:00.000Z", "load_failing/b/2026-11-20T12:00:00.000Z")
        let owed: [String: Set] = ["\(first)/raised": ["w1"], "\(second)/resolved": ["w1", "w2"]]
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        let kept = try decoded(KeptAlerts(book, in: namespace, owed: owed))
        #expect(kept.open.map(\.raiseOwed) == [["w1"]] && kept.resolved.map(\.endOwed) == [["w1", "w2"]])
        var next = AlertBook(kept)
        let changes = next.take([finding("a")], at: now + .seconds(60))
        #expect(changes == [.resolved(book.resolved[0]), .raised(book.open[0])])
        #expect(changes.first?.alert.resolvedAt == now + .seconds(5), "when it ended, not when it is told")
        #expect(next.take([finding("a")], at: now + .seconds(70)).isEmpty)
    }

    private func decoded(_ kept: KeptAlerts) throws -> KeptAlerts {
        try JSONDecoder().decode(KeptAlerts.self, from: Data(try WireJSON.bytes(of: kept)))
    }

    private struct Unexpected: Error {}
}
