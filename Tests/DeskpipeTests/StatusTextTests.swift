import Console
import Messaging
import Model
import Testing

@testable import Deskpipe

@Suite("What status, usage and alerts print")
struct StatusTextTests {
    private static let now = Timestamp(seconds: 1_795_262_400)
    private static let plain = Terminal(isInteractive: false, usesColour: false, width: 80)
    private static let narrow = Terminal(isInteractive: true, usesColour: false, width: 60)
    private static let coloured = Terminal(isInteractive: true, usesColour: true, width: 200)

    /// A connection that has loaded, and whose next run has failed.
    private static func snapshot() throws -> BoardSnapshot {
        let definition = try #require(
            ConfigurationTests.settings(ConfigurationTests.connection).connections.first?.definition
        )
        var board = Board()
        board.take(.definition(definition.key, definition), at: now)
        var report = ExtractionReport(
            run: RunID(at: now - .seconds(60), randomness: (1, 2)),
            connection: definition,
            trigger: .schedule,
            startedAt: now - .seconds(60),
            streams: [StreamReport(stream: "tickets", status: .failed)]
        )
        report.status = .failed
        report.completedAt = now
        report.error = RunFailure(kind: .authentication, message: "the login\u{1b}[2J is refused", hint: "log in")
        board.take(.extraction(report), at: now)
        return BoardSnapshot(board, settings: BoardSettings(rowLimit: 10), at: now)
    }

    @Test("status tells of the failing connection, in red on a terminal, and never wider than it")
    func status() throws {
        let rows = FleetView(try Self.snapshot(), at: Self.now).connections
        let lines = StatusText(terminal: Self.plain).lines(rows)
        #expect(lines[2].hasPrefix("acme/support  failing"))
        #expect(lines.last?.contains("acme/support: the login\\u{1b}[2J is refused") == true)
        #expect(StatusText(terminal: Self.narrow).lines(rows).allSatisfy { $0.count <= 60 })
        #expect(StatusText(terminal: Self.coloured).lines(rows)[2].hasPrefix("\u{1b}[31m"))
        #expect(StatusText(terminal: Self.plain).lines([]) != [])
    }

    @Test("alerts say what to do, on lines that fit")
    func alerts() throws {
        let alerts = AlertsView(try Self.snapshot(), at: Self.now)
        let lines = AlertsText(terminal: Self.narrow).lines(alerts)
        #expect(lines.first?.hasPrefix("critical  acme/support  login failing  since 2026-11-21T11:59:00Z") == true)
        #expect(lines.contains { $0.hasPrefix("  -> log in") })
        #expect(lines.dropFirst().allSatisfy { $0.count <= 60 && !$0.contains("\u{1b}") })
        let none = AlertsView(at: Self.now, open: [], resolved: [])
        #expect(AlertsText(terminal: Self.plain).lines(none) == ["Nothing is wrong."])
    }

    @Test("usage has each table's share, and the limit")
    func usage() throws {
        let settings = try ConfigurationTests.settings(ConfigurationTests.connection)
        let key = try #require(settings.connections.first).definition.key
        let usage = UsageView(
            days: [Day(of: Self.now) - 1, Day(of: Self.now)],
            rows: [5, 3],
            total: 8,
            previousTotal: 2,
            limit: UsageView.Limit(rowLimit: 10, used: 9, share: 0.9, isWarning: true),
            tables: [UsageView.TableUsage(key, table: "tickets", rows: [5, 3], total: 8, subRows: 4)]
        )
        let lines = UsageText(terminal: Self.coloured).lines(usage)
        #expect(lines[2] == "acme/support  tickets                8  100.0%                 4      3          5")
        #expect(lines.suffix(2).first == "8 rows in 30 days, 2 in the 30 days before")
        #expect(lines.last == "\u{1b}[33m9 of the row limit of 10, 90.0%\u{1b}[0m")
    }
}
