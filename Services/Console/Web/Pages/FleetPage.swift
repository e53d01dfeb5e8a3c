import Console
import Model

/// All connections, those that need a person first.
struct FleetPage {
    struct Choice {
        let value: String
        let isChosen: Bool
    }

    struct Row {
        let href: String
        let key: String
        let name: String
        let source: String
        let badge: Badge
        let problem: Said?
        let asOf: Moment?
        let age: String
        let isLate: Bool
        let rowsToday: String
        /// Nil where none waits.
        let rowsToLoad: String?
        let nextRun: Moment?
        let noNextRun: String
        let progress: Progress?
        let alerts: String?
    }

    /// A run under way, in a line.
    struct Progress {
        let bar: String
        let text: String

        init(_ progress: RunProgressView) {
            let chart = ProgressBar(title: "The run in progress", fraction: progress.fraction)
            bar = chart.svg
            let streams = "\(progress.streamsDone) of \(Words.count(progress.streams, "stream"))"
            text = "\(chart.percent)%, \(streams), \(Words.count(progress.records, "record"))"
        }
    }

    let counts: [Badge]
    let tenants: [Choice]
    let hasTenants: Bool
    let rows: [Row]
    let hasRows: Bool
    let hasChosenTenant: Bool

    init(_ view: FleetView, tenant: TenantID?) {
        counts = Standing.allCases.compactMap { standing in
            view.standings[standing].map { count in
                let badge = standing.badge
                return Badge("\(Words.count(count)) \(badge.text.lowercased())", Tone(rawValue: badge.tone) ?? .quiet)
            }
        }
        tenants = view.tenants.map { Choice(value: $0.rawValue, isChosen: $0 == tenant) }
        hasTenants = view.tenants.count > 1
        rows = view.connections.map(Row.init)
        hasRows = !rows.isEmpty
        hasChosenTenant = tenant != nil
    }

    /// - Parameter notice: what became of a connection that was there.
    func page(_ tenant: TenantID?, notice: Notice? = nil) -> Page {
        Page(
            template: "fleet",
            title: "Connections",
            content: self,
            terminal: "deskpipe status --watch" + (tenant.map { " --tenant \($0)" } ?? ""),
            json: "/api/v1/connections" + (tenant.map { "?tenant=\($0)" } ?? ""),
            isLive: true,
            notice: notice
        )
    }
}

extension FleetPage.Row {
    fileprivate init(_ row: ConnectionRow) {
        href = row.key.path
        key = row.key.description
        name = row.name.escapedForPeople
        source = row.source.name
        badge = row.standing.badge
        problem = Said(row.problem)
        asOf = Moment(row.freshness.loadedAsOf)
        age = Freshness.age(row.freshness)
        isLate = row.freshness.isLate
        rowsToday = Words.count(row.rowsToday)
        let waiting = row.status.rowsToLoad
        rowsToLoad = waiting == 0 ? nil : "\(Words.count(waiting, "row")) to be loaded"
        nextRun = Moment(row.status.nextRun)
        noNextRun = row.status.pausedSince == nil ? "none" : "paused"
        progress = row.progress.map(FleetPage.Progress.init)
        alerts = row.alerts == 0 ? nil : Words.count(row.alerts, "alert")
    }
}

/// How old what is loaded is, in words.
enum Freshness {
    /// `12 min old, 1 h 10 min allowed`
    static func age(_ view: FreshnessView) -> String {
        guard let age = view.ageSeconds else { return "not caught up yet" }
        let allowed = Words.duration(seconds: Double(view.allowedSeconds))
        return "\(Words.duration(seconds: Double(age))) old, \(allowed) allowed"
    }
}

extension FreshnessView {
    var isLate: Bool { (ageSeconds ?? 0) > allowedSeconds || !lateStreams.isEmpty }
}
