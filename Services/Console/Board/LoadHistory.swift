import Model

/// The loads of one connection.
struct LoadHistory: Sendable {
    private(set) var tables: [String: TableHistory] = [:]
    /// Oldest first.
    private(set) var schemaChanges: [SchemaChangeRow] = []
    /// The newest that loaded something into a root table.
    private(set) var last: ConnectionRow.LastLoad?
    /// The longest time from a record's extraction to its load, by hours since 1970.
    private(set) var lags: [Int64: Duration] = [:]
    /// Hashes of the ids that have come, by the day of their load.
    private var seen: [Day: Set<Int>] = [:]

    /// - Returns: false for a repeat, and for what is past keeping.
    mutating func take(_ report: LoadingReport, from oldest: Day) -> Bool {
        let day = Day(of: report.completedAt)
        guard day >= oldest, seen[day, default: []].insert(report.id.hashValue).inserted else { return false }
        tables[report.table, default: TableHistory()].take(report, on: day)
        if !report.schemaChanges.isEmpty {
            schemaChanges.append(
                SchemaChangeRow(at: report.completedAt, table: report.table, changes: report.schemaChanges)
            )
            if schemaChanges.count > 2 * Board.mostSchemaChanges { schemaChanges.removeFirst(Board.mostSchemaChanges) }
        }
        guard report.status == .succeeded, report.isReplay != true else { return true }
        if let lag = report.lagMilliseconds {
            lags[report.completedAt.seconds / 3600, default: .zero].raise(to: .milliseconds(lag))
        }
        if report.completedAt >= last?.at ?? report.completedAt {
            last = .init(at: report.completedAt, table: report.table, rowsLoaded: report.rowsLoaded)
        }
        return true
    }

    mutating func forget(before oldest: Day) {
        seen = seen.filter { $0.key >= oldest }
        schemaChanges.removeAll { Day(of: $0.at) < oldest }
        lags = lags.filter { $0.key >= oldest.start.seconds / 3600 }
        for table in tables.keys { tables[table]?.forget(before: oldest) }
        tables = tables.filter { !$0.value.days.isEmpty }
    }
}

/// The loads of one table and its sub-tables.
struct TableHistory: Sendable {
    private(set) var days: [Day: TableDay] = [:]
    /// By hours since 1970: the newest ``hoursKept``.
    private var hours: [Int64: RowSums] = [:]
    private(set) var maxBookmark: LoadingReport.MaxBookmark?
    private(set) var maxExtractedAt: Timestamp?
    private(set) var lastLoadedAt: Timestamp?
    /// The highest sequence loaded.
    private(set) var maxSequence: Int64 = 0
    /// Set while the newest load has failed.
    private(set) var failure: LoadFailure?
    /// Records that the log lost, until the stream was read anew.
    private(set) var gap: LoadFailure?

    /// The last 24 full ones and the one under way.
    private static let hoursKept: Int64 = 25

    mutating func take(_ report: LoadingReport, on day: Day) {
        days[day, default: TableDay()].take(report)
        switch report.status {
        case .failed: takeFailure(report)
        case .succeeded: takeSuccess(report)
        }
        let hour = report.completedAt.seconds / 3600
        hours[hour, default: RowSums()].add(report)
        if hours.count > Self.hoursKept {
            let newest = hours.keys.max() ?? hour
            hours = hours.filter { $0.key > newest - Self.hoursKept }
        }
    }

    mutating func forget(before oldest: Day) { days = days.filter { $0.key >= oldest } }

    /// Sums of the last 24 full hours and the one under way.
    func lastDay(at now: Timestamp) -> RowSums {
        let first = now.seconds / 3600 - Self.hoursKept + 1
        return hours.filter { $0.key >= first }.values.reduce(into: RowSums()) { $0.add($1) }
    }

    /// The first of these hours in which a record was rejected.
    func firstRejection(at now: Timestamp) -> Timestamp? {
        let first = now.seconds / 3600 - Self.hoursKept + 1
        let hour = hours.filter { $0.key >= first && $0.value.rejected > 0 }.keys.min()
        return hour.map { Timestamp(seconds: $0 * 3600) }
    }

    /// Sums of some days.
    func sums(of range: ClosedRange<Day>) -> RowSums {
        days.filter { range.contains($0.key) }.values.reduce(into: RowSums()) { $0.add($1.sums) }
    }

    /// Record events loaded, all that is kept.
    var events: Int { days.values.reduce(0) { $0 + $1.events } }

    private mutating func takeFailure(_ report: LoadingReport) {
        let error = report.error ?? "the load failed"
        if report.isGap == true {
            gap = LoadFailure(since: gap?.since ?? report.startedAt, at: report.completedAt, error: error)
        } else if report.completedAt >= lastLoadedAt ?? report.completedAt {
            failure = LoadFailure(since: failure?.since ?? report.startedAt, at: report.completedAt, error: error)
        }
    }

    private mutating func takeSuccess(_ report: LoadingReport) {
        // Records that are tried again after a fix say nothing of where the table stands.
        guard report.isReplay != true else { return }
        if let failure, failure.at <= report.completedAt { self.failure = nil }
        if report.schemaChanges.contains("reset \(report.stream)") { gap = nil }
        guard report.completedAt >= lastLoadedAt ?? report.completedAt else { return }
        lastLoadedAt = report.completedAt
        maxSequence = max(maxSequence, report.maxSequence ?? 0)
        maxBookmark = report.maxBookmark ?? maxBookmark
        if let time = report.maxExtractedAt { maxExtractedAt = max(maxExtractedAt ?? time, time) }
    }
}

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

/// Rows loaded into a table and its sub-tables, and what was rejected.
struct RowSums: Hashable, Sendable {
    var rows = 0
    var subRows: [String: Int] = [:]
    var events = 0
    var rejected = 0

    /// As Stitch counts: rows and sub-rows.
    var replicated: Int { subRows.values.reduce(rows, +) }

    mutating func add(_ report: LoadingReport) {
        rows += report.rowsLoaded
        events += report.events
        // A replay's were counted before.
        if report.isReplay != true { rejected += report.rowsRejected }
        for subtable in report.subtables { subRows[subtable.table, default: 0] += subtable.rowsLoaded }
    }

    mutating func add(_ other: RowSums) {
        rows += other.rows
        events += other.events
        rejected += other.rejected
        subRows.merge(other.subRows, uniquingKeysWith: +)
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

extension Duration {
    fileprivate mutating func raise(to other: Duration) { self = max(self, other) }
}
