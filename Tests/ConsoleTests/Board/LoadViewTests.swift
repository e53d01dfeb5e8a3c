import Console
import Model
import Testing

@Suite("Views of loads")
struct LoadViewTests {
    private let now = Facts.noon
    private let facts: Facts

    init() throws {
        facts = try Facts()
    }

    private func snapshot(_ loads: [LoadingReport], limit: Int? = nil) -> BoardSnapshot {
        BoardSnapshot(
            Board([facts.defined] + loads.map(BoardFact.loading), at: now),
            settings: BoardSettings(rowLimit: limit),
            at: now
        )
    }

    @Test("windows hold the last 24 hours, these 30 days and the 30 before, with sub-tables of their own")
    func windows() throws {
        let view = try #require(
            LoadsView(
                snapshot([
                    facts.load(at: now - .seconds(59 * 86_400), rows: 1000),
                    facts.load(at: now - .seconds(30 * 86_400), rows: 200),
                    facts.load(at: now - .seconds(29 * 86_400), rows: 30),
                    facts.load(at: now - .seconds(25 * 3600), rows: 4),
                    facts.load(at: now - .seconds(23 * 3600), rows: 5),
                ]),
                of: facts.key,
                at: now
            )
        )
        #expect(view.tables.map(\.table) == ["tickets", "users"])
        let tickets = try #require(view.tables.first)
        #expect(tickets.rows == RowWindows(last24Hours: 5, this30Days: 39, previous30Days: 1200))
        #expect(tickets.subtables.map(\.table) == ["tickets__tags"])
        #expect(tickets.subtables[0].rows == RowWindows(last24Hours: 10, this30Days: 78, previous30Days: 2400))
        #expect(tickets.maxBookmark?.value == (now - .seconds(23 * 3600)).formatted(.seconds))
        #expect(view.tables[1].lastLoadedAt == nil)
    }

    @Test("what is older than 60 days is not kept")
    func retention() throws {
        let view = try #require(
            LoadsView(snapshot([facts.load(at: now - .seconds(61 * 86_400), rows: 7)]), of: facts.key, at: now)
        )
        #expect(view.tables[0].rows == RowWindows())
    }

    @Test("a table's day lists its loads, the newest first, failed ones with the destination's words")
    func day() throws {
        let view = try #require(
            TableLoadsView(
                snapshot([
                    facts.load(at: now - .seconds(3 * 86_400), rows: 1),
                    facts.load(at: now - .seconds(7200), rows: 0, error: "permission denied for schema"),
                    facts.load(at: now - .seconds(3600), rows: 8, rejected: 2),
                ]),
                of: facts.key,
                table: "tickets",
                on: Day(of: now)
            )
        )
        #expect(view.days.map(\.description) == ["2026-11-20", "2026-11-17"])
        #expect(view.loads.map(\.status) == [.succeeded, .failed])
        #expect(view.loads[1].error == "permission denied for schema")
        #expect(view.totals.loads == 2)
        #expect(view.totals.failed == 1)
        #expect(view.totals.events == 10)
        #expect(view.totals.subRowsLoaded == 16)
        #expect(view.totals.rowsRejected == 2)
    }

    @Test("a day's sums are of all its loads, where only the newest are listed")
    func manyLoads() throws {
        let start = Day(of: now).start
        let loads = (0..<1000).map { facts.load(at: start + .seconds($0 * 40), rows: 1) }
        let view = try #require(TableLoadsView(snapshot(loads), of: facts.key, table: "tickets", on: Day(of: now)))
        #expect(view.totals.loads == 1000)
        #expect(view.loads.count == Board.mostLoads)
        #expect(view.loads.first?.completedAt == loads.last?.completedAt)
    }

    @Test("usage counts rows and sub-rows, of replays too, the largest table first")
    func usage() throws {
        let view = UsageView(
            snapshot([
                facts.load("users", at: now - .seconds(86_400), rows: 10),
                facts.load("tickets", at: now - .seconds(60), rows: 100),
                facts.load("tickets", at: now - .seconds(50), rows: 1) { $0.isReplay = true },
                facts.load("tickets", at: now - .seconds(40 * 86_400), rows: 5),
            ]),
            at: now
        )
        #expect(view.tables.map(\.table) == ["tickets", "users"])
        #expect(view.tables[0].total == 303)
        #expect(view.tables[0].subRows == 202)
        #expect(view.total == 333)
        #expect(view.previousTotal == 15)
        #expect(view.days.count == 30)
        #expect(view.days.last == Day(of: now))
        #expect(Array(view.rows.suffix(2)) == [30, 303])
        #expect(view.limit == nil)
    }

    @Test("the row limit warns from 90 % on", arguments: [(29, false), (30, true), (34, true)])
    func rowLimit(rows: Int, isWarning: Bool) throws {
        let limit = try #require(
            UsageView(snapshot([facts.load(at: now - .seconds(60), rows: rows)], limit: 100), at: now).limit
        )
        #expect(limit.used == 3 * rows)
        #expect(limit.isWarning == isWarning)
    }

    @Test("rejected records are counted by reason, and once however often they come")
    func rejected() throws {
        let first = now - .seconds(7200)
        let all = [
            facts.rejection(1, at: first), facts.rejection(2, at: now, reason: "too many columns"),
            facts.rejection(3, at: now), facts.rejection(1, at: first),
        ]
        let board = Board([facts.defined] + all.map(BoardFact.rejected), at: now)
        let view = try #require(RejectedView(BoardSnapshot(board, at: now), of: facts.key))
        #expect(view.total == 3)
        #expect(view.reasons.map(\.count) == [2, 1])
        #expect(view.reasons[0].firstAt == first)
        #expect(view.reasons[0].lastAt == now)
        #expect(view.records.count == 3)
        #expect(view.records.last?.offset == 1)
    }

    @Test("schema changes stand on a time line, the newest first")
    func schemaChanges() throws {
        let loads = [
            facts.load(at: now - .seconds(60), rows: 1) { $0.schemaChanges = ["create table tickets"] },
            facts.load(at: now - .seconds(30), rows: 1),
            facts.load(at: now - .seconds(20), rows: 1) { $0.schemaChanges = ["add column tickets.x text"] },
        ]
        let view = try #require(SchemaChangesView(snapshot(loads), of: facts.key))
        #expect(view.changes.map(\.changes) == [["add column tickets.x text"], ["create table tickets"]])
    }

    @Test("a day's runs are listed by start, with what went wrong")
    func extractions() throws {
        let runs = [
            facts.run(at: now - .seconds(86_400)), facts.run(at: now - .seconds(3600), .failed),
            facts.run(at: now - .seconds(1800), .partial, records: ["tickets": 4], failing: ["users": "refused"]),
        ]
        let board = Board(
            [facts.defined] + runs.map(BoardFact.extraction) + [.progress(facts.run(at: now, .running))],
            at: now
        )
        let view = try #require(
            ExtractionsView(BoardSnapshot(board, at: now), of: facts.key, on: Day(of: now), at: now)
        )
        #expect(view.runs.map(\.status) == [.failed, .partial, .running])
        #expect(view.runs[1].records == 4)
        #expect(view.runs[1].durationSeconds == 60)
        #expect(view.runs[1].troubles.map(\.reason) == ["refused"])
        #expect(view.days.map(\.description) == ["2026-11-20", "2026-11-19"])
    }
}
