import Model

/// What was loaded of one table on one day.
struct TableDay: Sendable {
    private(set) var totals = TableLoadsView.Totals()
    private(set) var sums = RowSums()
    /// Record events that a load accounted for, replays left out.
    private(set) var events = 0
    /// In the order in which they came; the newest, at most twice ``Board/mostLoads``.
    private(set) var loads: [LoadRow] = []

    mutating func take(_ report: LoadingReport) {
        let subRows = report.subtables.reduce(0) { $0 + $1.rowsLoaded }
        totals.loads += 1
        totals.failed += report.status == .failed ? 1 : 0
        totals.events += report.events
        totals.rowsLoaded += report.rowsLoaded
        totals.subRowsLoaded += subRows
        totals.rowsRejected += report.rowsRejected
        sums.add(report)
        if report.isReplay != true { events += report.events }
        loads.append(LoadRow(report))
        if loads.count > 2 * Board.mostLoads { loads.removeFirst(Board.mostLoads) }
    }
}

extension LoadRow {
    init(_ report: LoadingReport) {
        startedAt = report.startedAt
        completedAt = report.completedAt
        durationMilliseconds = report.durationMilliseconds
        status = report.status
        error = report.error
        maxBookmark = report.maxBookmark
        rowsLoaded = report.rowsLoaded
        rowsRejected = report.rowsRejected
        isReplay = report.isReplay ?? false
    }
}
