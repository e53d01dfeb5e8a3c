import Console
import Foundation
import Model
import Testing

@Suite("Board")
struct BoardTests {
    private let now = Facts.noon
    private let facts: Facts

    init() throws {
        facts = try Facts()
    }

    /// Both streams have caught up a minute ago and are loaded.
    private var fresh: [BoardFact] {
        let end = now - .seconds(60)
        return [
            facts.defined, .extraction(facts.run(at: end - .seconds(60), records: ["tickets": 10, "users": 5])),
            facts.bookmark("tickets", asOf: end, sequence: 100), facts.bookmark("users", asOf: end, sequence: 200),
            .loading(facts.load("tickets", at: end, rows: 10, sequence: 100)),
            .loading(facts.load("users", at: end, rows: 5, sequence: 200)),
        ]
    }

    private func row(_ facts: [BoardFact], at time: Timestamp? = nil) throws -> ConnectionRow {
        let snapshot = BoardSnapshot(Board(facts, at: now), at: time ?? now)
        return try #require(FleetView(snapshot, at: time ?? now).connections.first)
    }

    @Test("a connection without a run has never run")
    func neverRun() throws {
        let row = try row([facts.defined])
        #expect(row.standing == .neverRun)
        #expect(row.status.state == .idle)
        #expect(row.freshness.loadedAsOf == nil)
    }

    @Test("a connection whose streams are published and loaded has caught up")
    func caughtUp() throws {
        let row = try row(fresh)
        #expect(row.standing == .caughtUp)
        #expect(row.problem == nil)
        #expect(row.status.rowsToLoad == 0)
        #expect(row.freshness.loadedAsOf == now - .seconds(60))
        #expect(row.freshness.allowedSeconds == 2 * 1800 + 600)
        #expect(row.rowsToday == 15 + 30)
        #expect(row.lastLoad?.table == "users")
    }

    @Test("it is delayed once what is loaded is older than twice the interval and ten minutes, and not before")
    func delayed() throws {
        let allowed = Duration.seconds(2 * 1800 + 600)
        let asOf = now - .seconds(60)
        #expect(try row(fresh, at: asOf + allowed).standing == .caughtUp)
        let late = try row(fresh, at: asOf + allowed + .seconds(1))
        #expect(late.standing == .delayed)
        #expect(late.freshness.lateStreams == ["tickets", "users"])
        #expect(try #require(late.problem).contains("tickets, users"))
    }

    @Test("what is published but not loaded makes it late as well")
    func notLoaded() throws {
        let later = now + .seconds(2 * 1800 + 700)
        let more: [BoardFact] = [
            .extraction(facts.run(at: later - .seconds(120), records: ["tickets": 3])),
            facts.bookmark("tickets", asOf: later, sequence: 103), facts.bookmark("users", asOf: later, sequence: 200),
        ]
        let row = try row(fresh + more, at: later)
        #expect(row.standing == .delayed)
        #expect(row.status.rowsToLoad == 3)
        #expect(row.freshness.asOf == later)
        #expect(row.freshness.lateStreams == ["tickets"])
    }

    @Test("a stream that is read anew, or a connection that was paused, has its time to catch up from then on")
    func readAnew() throws {
        let later = now + .seconds(86_400)
        var bookmark = Bookmark(sequence: 900)
        bookmark.reset = later.milliseconds
        var state = ConnectionState()
        state.commands = [.init(Command(id: "1", type: .resume, issuedAt: later))]
        let more: [BoardFact] = [.bookmark(facts.key, "tickets", bookmark), .state(facts.key, state)]
        let allowed = Duration.seconds(2 * 1800 + 600)
        #expect(try row(fresh + more, at: later + allowed).freshness.lateStreams.isEmpty)
        let late = try row(fresh + more, at: later + allowed + .seconds(1))
        #expect(late.freshness.lateStreams == ["tickets", "users"])
    }

    @Test("records of a run that was killed before its report still count as not loaded")
    func killedRun() throws {
        // No report tells of the three records; the bookmark after them does.
        let row = try row(fresh + [facts.bookmark("tickets", asOf: now, sequence: 103)])
        #expect(row.freshness.asOf == now - .seconds(60))
        #expect(row.freshness.loadedAsOf == now - .seconds(65))
    }

    @Test("a run under way shows how far it is, and one that fell silent does not")
    func running() throws {
        var report = facts.run(at: now - .seconds(30), .running, records: ["tickets": 7])
        report.streams[0].progress = StreamProgress(fraction: 0.5, rate: 100, estimatedEnd: now + .seconds(60))
        report.streams[1].status = .caughtUp
        report.waiting = ReportedWait(until: now + .seconds(9), reason: "Zendesk's rate limit")
        let row = try row(fresh + [.progress(report)])
        #expect(row.standing == .running)
        #expect(row.status.state == .running)
        let progress = try #require(row.progress)
        #expect(progress.fraction == 0.75)
        #expect(progress.streamsDone == 1)
        #expect(progress.waiting?.until == now + .seconds(9))
        #expect(progress.estimatedEnd == now + .seconds(60))
        let silent = try self.row(fresh + [.progress(report)], at: now + .seconds(900))
        #expect(silent.progress == nil)
        #expect(silent.status.state == .idle)
    }

    @Test("what the first run brought is running, with the rows that wait, until it is loaded")
    func firstLoad() throws {
        let first: [BoardFact] = [
            facts.defined, .extraction(facts.run(at: now - .seconds(120), records: ["tickets": 7])),
            facts.bookmark("tickets", asOf: now - .seconds(120), sequence: 100),
            facts.bookmark("users", asOf: now - .seconds(120), sequence: 200),
        ]
        let waiting = try row(first)
        #expect(waiting.standing == .running && waiting.isLoading && waiting.status.rowsToLoad == 7)
        #expect(waiting.status.state == .idle && waiting.progress == nil && waiting.problem == nil)
        let half = first + [.loading(facts.load(at: now - .seconds(60), rows: 3, sequence: 50))]
        #expect(try row(half).status.rowsToLoad == 4)
        let loaded = half + [.loading(facts.load(at: now - .seconds(30), rows: 4, sequence: 100))]
        #expect(try row(loaded).standing == .caughtUp)
        // Later runs' rows do not undo that: how old they may be is the schedule's.
        let later: [BoardFact] = [
            .extraction(facts.run(at: now - .seconds(20), records: ["tickets": 2])),
            facts.bookmark("tickets", asOf: now - .seconds(20), sequence: 102),
        ]
        let next = try row(loaded + later)
        #expect(next.standing == .caughtUp && next.status.rowsToLoad == 2)
        // A loader that does not come is no running run for ever.
        #expect(try row(first, at: now + .seconds(86_400)).standing == .delayed)
    }

    @Test("the last run's failure, and a failing load even while a run goes on, make it failing with the reason")
    func failing() throws {
        let failed = facts.run(at: now - .seconds(90), .partial, failing: ["users": "Zendesk refuses users (500)"])
        let row = try row(fresh + [.extraction(failed)])
        #expect(row.standing == .failing)
        #expect(row.problem == "users: Zendesk refuses users (500)")
        let broken: [BoardFact] = [
            .progress(facts.run(at: now - .seconds(10), .running)),
            .loading(facts.load("tickets", at: now - .seconds(5), rows: 0, error: "disk full")),
        ]
        let second = try self.row(fresh + broken)
        #expect(second.standing == .failing)
        #expect(second.problem == "tickets cannot be loaded: disk full")
        #expect(second.progress != nil)
        let mended = facts.load("tickets", at: now - .seconds(1), rows: 1, sequence: 100)
        #expect(try self.row(fresh + broken + [.loading(mended)]).standing == .running)
    }

    @Test("a paused connection is paused, and has no next run")
    func paused() throws {
        var state = ConnectionState()
        state.pausedSince = now - .seconds(600)
        let row = try row(fresh + [.state(facts.key, state)])
        #expect(row.standing == .paused)
        #expect(row.status.state == .paused)
        #expect(row.status.nextRun == nil)
    }

    @Test("those that need a person come first, and a deleted connection not at all")
    func order() throws {
        let failing = try Facts("zeta")
        let gone = try Facts("gone")
        var deleted = gone.definition
        deleted.deletedAt = now
        let board = Board(
            fresh + [
                failing.defined, .extraction(failing.run(at: now, .failed)), gone.defined,
                .definition(gone.key, deleted),
            ],
            at: now
        )
        let fleet = FleetView(BoardSnapshot(board, at: now), at: now)
        #expect(fleet.connections.map(\.key.tenant.rawValue) == ["zeta", "acme"])
        #expect(fleet.standings == [.failing: 1, .caughtUp: 1])
        #expect(fleet.tenants.map(\.rawValue) == ["acme", "zeta"])
        let filter = ConnectionFilter(tenant: facts.key.tenant.rawValue)
        let one = FleetView(BoardSnapshot(board, at: now), of: filter, at: now)
        #expect(one.connections.count == 1)
        #expect(one.tenants.count == 2)
    }

    @Test("the JSON of a row has every key that status had before, and the new ones beside them")
    func json() throws {
        var state = ConnectionState()
        state.pausedSince = now
        let text = try WireJSON.text(of: try row(fresh + [.state(facts.key, state)]))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let before = [
            "tenant", "connection", "state", "commands", "paused_since", "last_status", "last_started_at", "as_of",
            "rows_to_load",
        ]
        for key in before + ["standing", "freshness", "rows_today", "name", "alerts"] {
            #expect(object[key] != nil, "\(key)")
        }
        #expect(object["state"] as? String == "paused")
        #expect(object["standing"] as? String == "paused")
    }
}
