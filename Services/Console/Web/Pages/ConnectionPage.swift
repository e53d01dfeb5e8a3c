import Console
import Model

/// One connection: how it stands, what it does now, and what can be told to it.
struct ConnectionPage {
    struct Stream {
        let id: String
        let name: String
        let badge: Badge?
        let reason: Said?
        let hint: Said?
        let parkedSince: Moment?
        let asOf: Moment?
        let isLate: Bool
        let records: String
        let rejected: String?
        let rowsToLoad: String
        let progress: String?
        let progressText: String?
    }

    /// The run under way.
    struct Run {
        let href: String
        let progress: FleetPage.Progress
        let startedAt: Moment
        let trigger: String
        let waiting: Wait?
        let throttled: String?
        let estimatedEnd: Moment?
    }

    struct Wait {
        let reason: String
        let until: Moment
    }

    struct LastRun {
        let href: String
        let badge: Badge
        let startedAt: Moment
        let text: String
        let error: Said?
        let hint: Said?
    }

    struct Check {
        let findings: CheckPage
        let at: Moment
        let isGood: Bool
    }

    struct LastLoad {
        let at: Moment
        let text: String
        let href: String
    }

    let badge: Badge
    let problem: Said?
    let source: String
    let schema: String
    let run: Run?
    let lastRun: LastRun?
    let nextRun: Moment?
    let noNextRun: String
    let isAsked: Bool
    /// Set while what the first runs brought is still to be loaded.
    let loading: String?
    let asOf: Moment?
    let age: String
    let isLate: Bool
    let rowsToLoad: String
    let tablesToLoad: String?
    let lastLoad: LastLoad?
    let rowsToday: String
    let streams: [Stream]
    let alerts: [AlertLine]
    let hasAlerts: Bool
    let actions: ConnectionActions
    /// What the extractor has answered to the last check that was asked of it.
    let check: Check?
    let isCheckAsked: Bool

    private let key: ConnectionKey
    private let name: String

    /// - Parameter state: of the connection; nil before its first run or command.
    init(_ view: ConnectionView, _ state: ConnectionState?) {
        let row = view.connection
        key = row.key
        name = row.name.escapedForPeople
        badge = row.standing.badge
        // An alert says it too, with what to do.
        problem = view.alerts.isEmpty ? Said(row.problem) : nil
        source = row.source.name
        schema = row.schema.rawValue
        run = row.progress.map { Run($0, of: row.key) }
        lastRun = view.extraction.lastRun.map { LastRun($0, of: row.key) }
        nextRun = Moment(view.extraction.nextRun)
        noNextRun = view.extraction.pausedSince == nil ? "none scheduled" : "paused"
        isAsked = view.extraction.isAsked && row.progress == nil
        let waiting = Words.count(view.loading.rowsToLoad, "row waits", "rows wait")
        loading = row.isLoading ? "What was extracted is being loaded: \(waiting)." : nil
        asOf = Moment(row.freshness.loadedAsOf)
        age = Freshness.age(row.freshness)
        isLate = row.freshness.isLate
        rowsToLoad = Words.count(view.loading.rowsToLoad)
        tablesToLoad =
            view.loading.tablesToLoad.isEmpty ? nil : Words.count(view.loading.tablesToLoad.count, "table")
        lastLoad = view.loading.lastLoad.map { load in
            LastLoad(
                at: Moment(load.at),
                text: "\(load.table), \(Words.count(load.rowsLoaded, "row"))",
                href: TableLoadsPage.path(row.key, load.table, Day(of: load.at))
            )
        }
        rowsToday = Words.count(view.loading.rowsToday)
        let isRunning = row.progress != nil
        streams = view.streams.map { Stream($0, isRunning: isRunning) }
        alerts = view.alerts.map { AlertLine($0, namesConnection: false) }
        hasAlerts = !alerts.isEmpty
        actions = ConnectionActions(view)
        check = state?.check.map { report in
            let findings = CheckPage(report.findings)
            return Check(findings: findings, at: Moment(report.completedAt), isGood: findings.isGood)
        }
        isCheckAsked = state?.askedCheck != nil
    }

    /// - Parameter notice: what became of what an operator has just asked for.
    func page(notice: Notice? = nil) -> Page {
        Page(
            template: "connection",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .summary),
            content: self,
            terminal: "deskpipe status \(key.flags)",
            json: "/api/v1/connections/\(key)",
            isLive: true,
            notice: notice
        )
    }
}

extension ConnectionPage.Stream {
    /// - Parameter isRunning: a run goes on: then each stream shows how far it is.
    fileprivate init(_ row: StreamRow, isRunning: Bool) {
        id = "stream-\(row.stream)"
        name = row.stream.rawValue
        badge = row.parkedSince == nil ? row.status?.badge : StreamReport.Status.parked.badge
        reason = Said(row.reason)
        hint = Said(row.hint)
        parkedSince = Moment(row.parkedSince)
        asOf = Moment(row.loadedAsOf)
        isLate = row.isLate
        records = Words.count(row.records)
        rejected = row.rejected == 0 ? nil : "\(Words.count(row.rejected)) rejected"
        rowsToLoad = Words.count(row.rowsToLoad)
        let read = row.status == .running ? row.progress : nil
        progress = isRunning ? row.status.map { ProgressBar(row.stream, $0, read).svg } : nil
        progressText = read.map { progress in
            let percent = ProgressBar(title: "", fraction: progress.fraction).percent
            return "\(percent)%, \(Words.count(Int(min(max(progress.rate, 0), 1e9)))) records a minute"
        }
    }
}

extension ConnectionPage.Run {
    fileprivate init(_ view: RunProgressView, of key: ConnectionKey) {
        href = RunPage.path(key, view.run)
        progress = FleetPage.Progress(view)
        startedAt = Moment(view.startedAt)
        trigger = view.trigger.text
        waiting = view.waiting.map {
            ConnectionPage.Wait(reason: $0.reason.escapedForPeople, until: Moment($0.until, precise: true))
        }
        throttled = view.throttledSeconds >= 1 ? Words.duration(seconds: view.throttledSeconds) : nil
        estimatedEnd = Moment(view.estimatedEnd)
    }
}

extension ConnectionPage.LastRun {
    fileprivate init(_ row: RunRow, of key: ConnectionKey) {
        href = RunPage.path(key, row.run)
        badge = row.status.badge
        startedAt = Moment(row.startedAt)
        let duration = row.durationSeconds.map { " in \(Words.duration(seconds: $0))" } ?? ""
        text = "\(Words.count(row.records, "record"))\(duration)"
        error = Said(row.error?.message)
        hint = Said(row.error?.hint)
    }
}

extension ExtractionReport.Trigger {
    /// Why there is a run.
    var text: String {
        switch self {
        case .schedule: "on schedule"
        case .command: "asked for"
        case .once: "once"
        }
    }
}

extension ProgressBar {
    /// How far a stream of a run under way is.
    fileprivate init(_ stream: StreamName, _ status: StreamReport.Status, _ read: StreamProgress?) {
        let name = stream.rawValue
        switch status {
        case .pending, .running: self.init(title: name, fraction: read?.fraction ?? 0)
        case .caughtUp, .continues: self.init(title: name, fraction: 1, tone: .good)
        case .parked: self.init(title: name, fraction: 1, tone: .warning)
        case .failed: self.init(title: name, fraction: 1, tone: .bad)
        }
    }
}
