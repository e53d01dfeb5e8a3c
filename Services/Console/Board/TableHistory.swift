import Model

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
    /// When the table was begun anew.
    private(set) var resetAt: Timestamp?
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
        if report.schemaChanges.contains("reset \(report.stream)") {
            gap = nil
            resetAt = report.completedAt
        }
        guard report.completedAt >= lastLoadedAt ?? report.completedAt else { return }
        lastLoadedAt = report.completedAt
        maxSequence = max(maxSequence, report.maxSequence ?? 0)
        maxBookmark = report.maxBookmark ?? maxBookmark
        if let time = report.maxExtractedAt { maxExtractedAt = max(maxExtractedAt ?? time, time) }
    }
}
