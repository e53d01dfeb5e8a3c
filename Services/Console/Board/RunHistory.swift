package import Model

/// The runs of one connection: the newest whole, the others in a line each.
struct RunHistory: Sendable {
    /// A running run tells how far it is every few seconds, also while it waits: one that has been silent for this long
    /// was broken off.
    static let mostSilence = Duration.seconds(900)

    /// Ended runs by their names, which sort by their starts.
    private(set) var ended: [RunRow] = []
    /// The newest report that has come: so far, or final.
    private(set) var newest: ExtractionReport?
    private var newestAt = Timestamp(microseconds: 0)
    /// Records that ended runs published, by the day of their start.
    private var published: [Day: [StreamName: Int]] = [:]

    /// Takes a report, so far or final. What is final stays, and counts once.
    /// - Returns: false for a repeat, and for what is past keeping.
    mutating func take(_ report: ExtractionReport, at: Timestamp, from oldest: Day) -> Bool {
        let isFinal = report.status != .running
        let place = place(of: report.run)
        let isKnown = place < ended.count && ended[place].run == report.run
        guard !isKnown, Day(of: report.startedAt) >= oldest else { return false }
        if isFinal {
            var row = RunRow(report)
            // Streams that stay parked say the same in every run: it is kept once.
            if place > 0, ended[place - 1].troubles == row.troubles { row.troubles = ended[place - 1].troubles }
            ended.insert(row, at: place)
            for stream in report.streams where stream.records > 0 {
                published[Day(of: report.startedAt), default: [:]][stream.stream, default: 0] += stream.records
            }
        }
        guard (newest?.run.rawValue ?? "") <= report.run.rawValue else { return isFinal }
        newest = report
        newestAt = at
        return true
    }

    mutating func forget(before oldest: Day) {
        ended.removeAll { Day(of: $0.startedAt) < oldest }
        published = published.filter { $0.key >= oldest }
    }

    /// The run under way.
    func running(at now: Timestamp) -> ExtractionReport? {
        guard let newest, newest.status == .running, now - newestAt < Self.mostSilence else { return nil }
        return newest
    }

    /// The last run that has ended, in a line.
    var last: RunRow? { ended.last }

    /// Records published by stream, those of the run under way among them.
    var recordsPublished: [StreamName: Int] {
        var sums: [StreamName: Int] = [:]
        for day in published.values { sums.merge(day, uniquingKeysWith: +) }
        if let newest, newest.status == .running {
            for stream in newest.streams { sums[stream.stream, default: 0] += stream.records }
        }
        return sums
    }

    /// When the first of the runs began that have failed since the last one that did not; nil where the last one did not.
    func failingSince(_ hasFailed: (RunRow) -> Bool) -> Timestamp? {
        ended.reversed().prefix(while: hasFailed).last?.startedAt
    }

    /// Where in ``ended`` a run is, or would be.
    private func place(of run: RunID) -> Int {
        var (low, high) = (0, ended.count)
        while low < high {
            let middle = (low + high) / 2
            if ended[middle].run.rawValue < run.rawValue { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension RunRow {
    package init(_ report: ExtractionReport) {
        run = report.run
        trigger = report.trigger
        status = report.status
        startedAt = report.startedAt
        completedAt = report.completedAt
        durationSeconds = report.completedAt.map { ($0 - report.startedAt).fractionalSeconds }
        records = report.streams.reduce(0) { $0 + $1.records }
        rejected = report.streams.reduce(0) { $0 + $1.rejected }
        requests = report.requests
        throttledSeconds = report.throttledSeconds
        skippedSlots = report.skippedSlots ?? 0
        error = report.error
        troubles = report.streams.filter { [.failed, .parked, .continues].contains($0.status) }.map(Trouble.init)
    }

    /// True where the run, or a stream of it, has failed.
    var hasFailed: Bool { status == .failed || troubles.contains { $0.status == .failed } }
}
