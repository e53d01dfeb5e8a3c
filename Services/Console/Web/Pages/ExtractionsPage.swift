import Console
import Model

/// The runs of a connection that began on one day, drawn and listed.
struct ExtractionsPage {
    struct Row {
        let href: String
        let startedAt: Moment
        let badge: Badge
        let trigger: String
        let duration: String
        let records: String
        let rejected: String?
        let requests: String
        let throttled: String
        let error: Said?
        let hint: Said?
        let skipped: String?
        let troubles: [Said]
        let hasTroubles: Bool
    }

    let picker: DayPicker
    /// The address of the connection's first page.
    let summary: String
    let chart: String
    let rows: [Row]
    let hasRows: Bool

    private let key: ConnectionKey
    private let name: String

    init(_ view: ExtractionsView, name: String, now: Timestamp) {
        key = ConnectionKey(tenant: view.tenant, connection: view.connection)
        self.name = name
        summary = key.path
        picker = DayPicker(path: "\(key.path)/extractions", day: view.day, days: view.days)
        let key = key
        chart = Self.chart(view, key, now: now).svg
        rows = view.runs.reversed().map { Row($0, of: key) }
        hasRows = !rows.isEmpty
    }

    func page() -> Page {
        Page(
            template: "extractions",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .extractions),
            content: self,
            terminal: "deskpipe reports runs \(key.flags) --day \(picker.day)",
            json: "/api/v1/connections/\(key)/extractions?day=\(picker.day)",
            isLive: true
        )
    }

    /// A bar for each run: where it began, how long it took.
    private static func chart(_ view: ExtractionsView, _ key: ConnectionKey, now: Timestamp) -> DayChart {
        let durations = view.runs.map { $0.durationSeconds ?? max(0, (now - $0.startedAt).fractionalSeconds) }
        let (unit, scale) = Self.unit(for: durations.max() ?? 0)
        let bars = zip(view.runs, durations).map { run, seconds in
            let text = "\(run.startedAt.formatted(.seconds)), \(run.status.badge.text.lowercased())"
            return DayChart.Bar(
                start: (run.startedAt - view.day.start).fractionalSeconds,
                seconds: seconds,
                value: seconds / scale,
                tone: run.status.tone,
                label: "\(text), \(Words.duration(seconds: seconds)), \(Words.count(run.records, "record"))",
                link: RunPage.path(key, run.run)
            )
        }
        let failed = view.runs.count { $0.status == .failed }
        let total = view.runs.reduce(0) { $0 + $1.records }
        return DayChart(
            title: "Runs of \(view.day)",
            summary: "\(Words.count(view.runs.count, "run")), \(failed) failed, \(Words.count(total, "record")).",
            unit: unit,
            bars: bars
        )
    }
}

extension ExtractionsPage {
    /// What durations are shown in, and how many seconds it has.
    private static func unit(for greatest: Double) -> (name: String, seconds: Double) {
        switch greatest {
        case ..<120: ("seconds", 1)
        case ..<7200: ("minutes", 60)
        default: ("hours", 3600)
        }
    }
}

extension ExtractionsPage.Row {
    init(_ row: RunRow, of key: ConnectionKey) {
        href = RunPage.path(key, row.run)
        startedAt = Moment(row.startedAt, precise: true)
        badge = row.status.badge
        trigger = row.trigger.text
        duration = row.durationSeconds.map { Words.duration(seconds: $0) } ?? "running"
        records = Words.count(row.records)
        rejected = row.rejected == 0 ? nil : "\(Words.count(row.rejected)) rejected"
        requests = Words.count(row.requests)
        throttled = row.throttledSeconds < 1 ? "" : Words.duration(seconds: row.throttledSeconds)
        error = Said(row.error?.message)
        hint = Said(row.error?.hint)
        skipped =
            row.skippedSlots == 0
            ? nil : "\(Words.count(row.skippedSlots, "start")) before it skipped: the run before took longer"
        troubles = row.troubles.map { trouble in
            let reason = trouble.reason.map { ": \($0)" } ?? ""
            return Said("\(trouble.stream) \(trouble.status.badge.text.lowercased())\(reason)")
        }
        hasTroubles = !troubles.isEmpty
    }
}
