import Console
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

    private struct Unexpected: Error {}
}
