import Console
import Model
import ServiceRuntime

/// How connections stand, as lines for people: a table, then what is wrong.
struct StatusText {
    static let noConnection = ["no connection is published yet; run `deskpipe apply` or `deskpipe run`"]

    let terminal: Terminal

    func lines(_ rows: [ConnectionRow]) -> [String] {
        guard !rows.isEmpty else { return Self.noConnection }
        var table = TextTable(
            [
                ("connection", .left), ("state", .left), ("progress", .left), ("last run", .left), ("started", .left),
                ("loaded as of", .left), ("to load", .right), ("rows today", .right), ("next run", .left),
                ("last command", .left),
            ],
            leftOutFirst: ["last command", "started", "last run", "rows today", "next run", "to load", "progress"]
        )
        for row in rows { table.add(Self.cells(row)) }
        let text = table.lines(width: terminal.tableWidth).enumerated().map { place, line in
            place < 2 ? terminal.dimmed(line) : coloured(line, rows[place - 2].standing)
        }
        let problems = rows.compactMap { row in row.problem.map { "\(row.key): \($0)" } }
        return text + (problems.isEmpty ? [] : [""] + problems.flatMap(wrapped))
    }

    private static func cells(_ row: ConnectionRow) -> [String] {
        let status = row.status
        return [
            row.key.description, row.standing.words, row.progress.map(progress) ?? (row.isLoading ? "loading" : ""),
            status.lastStatus?.rawValue ?? "none yet", status.lastStartedAt?.formatted(.seconds) ?? "",
            row.freshness.loadedAsOf?.formatted(.seconds) ?? "", status.rowsToLoad.grouped, row.rowsToday.grouped,
            status.nextRun?.formatted(.seconds) ?? (status.pausedSince == nil ? "none" : "paused"),
            status.commands.last.map { "\($0.type.rawValue) \($0.issuedAt.formatted(.seconds))" } ?? "",
        ]
    }

    /// `██████░░░░  62%`, or until when it waits.
    private static func progress(_ progress: RunProgressView) -> String {
        if let wait = progress.waiting { return "waits until \(wait.until.formatted(.seconds))" }
        let share = min(1, max(0, progress.fraction))
        let filled = Int((share * 10).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled)
        return "\(bar) \(Int((share * 100).rounded(.down)))%"
    }

    private func coloured(_ line: String, _ standing: Standing) -> String {
        switch standing {
        case .failing: terminal.red(line)
        case .delayed: terminal.yellow(line)
        case .running, .caughtUp: terminal.green(line)
        case .neverRun, .paused: line
        }
    }

    private func wrapped(_ text: String) -> [String] {
        let clean = text.replacing("\n", with: " ").escapedForLogs
        return terminal.tableWidth.map { clean.wrapped(to: $0) } ?? [clean]
    }
}
