import Catalog
package import Model

extension FleetView {
    package init(_ snapshot: BoardSnapshot, of filter: ConnectionFilter = ConnectionFilter(), at now: Timestamp) {
        let rows = snapshot.board.known(filter).map { ConnectionRow($0, snapshot, at: now) }
        self.init(
            at: now,
            standings: rows.reduce(into: [:]) { $0[$1.standing, default: 0] += 1 },
            connections: rows.sorted { ($0.standing, $0.key) < ($1.standing, $1.key) },
            tenants: Set(snapshot.board.connections.map(\.tenant)).sorted()
        )
    }
}

extension ConnectionRow {
    init(_ connection: KnownConnection, _ snapshot: BoardSnapshot, at now: Timestamp) {
        let (standing, problem) = connection.standing(at: now)
        let today = connection.sums(of: Day(of: now)...Day(of: now))
        self.init(
            status: ConnectionStatus(connection, at: now),
            definition: connection.definition,
            standing: standing,
            problem: problem,
            freshness: FreshnessView(connection, at: now),
            rowsToday: today.replicated,
            rejectedToday: today.rejected,
            lastLoad: connection.account.loads.last,
            progress: connection.running(at: now).map(RunProgressView.init),
            alerts: snapshot.alerts.open(of: connection.key).count
        )
    }
}

extension KnownConnection {
    /// Sums of some days over all tables.
    func sums(of days: ClosedRange<Day>) -> RowSums {
        account.loads.tables.values.reduce(into: RowSums()) { $0.add($1.sums(of: days)) }
    }

    /// Everything that Zendesk had made visible by then is published, of every stream that is not parked; nil until all
    /// have caught up once.
    var asOf: Timestamp? { earliest(asOf) }

    /// As ``asOf``, and loaded.
    var loadedAsOf: Timestamp? { earliest(loadedAsOf) }

    private func earliest(_ time: (StreamName) -> Timestamp?) -> Timestamp? {
        let times = selected.map(\.name).filter { parking(of: $0) == nil }.map(time)
        return times.contains(nil) ? nil : times.compactMap(\.self).min()
    }
}

extension ConnectionStatus {
    init(_ connection: KnownConnection, at now: Timestamp) {
        let (account, report) = (connection.account, connection.account.runs.newest)
        let pausedSince = account.state?.pausedSince
        self.init(
            tenant: connection.key.tenant,
            connection: connection.key.connection,
            state: connection.running(at: now) != nil ? .running : pausedSince == nil ? .idle : .paused,
            pausedSince: pausedSince,
            lastStatus: report?.status,
            lastStartedAt: report?.startedAt,
            asOf: connection.asOf,
            rowsToLoad: connection.rowsToLoad.values.reduce(0, +),
            nextRun: connection.nextRun(at: now),
            commands: account.state?.commands ?? []
        )
    }
}

extension FreshnessView {
    init(_ connection: KnownConnection, at now: Timestamp) {
        let streams = connection.selected
        let loadedAsOf = connection.loadedAsOf
        let allowed = streams.map { connection.allowedAge(of: $0, since: loadedAsOf ?? now) }.min() ?? .zero
        self.init(
            asOf: connection.asOf,
            loadedAsOf: loadedAsOf,
            ageSeconds: loadedAsOf.map { (now - $0).components.seconds },
            allowedSeconds: allowed.components.seconds,
            lateStreams: streams.filter { connection.isLate($0, at: now) }.map(\.name)
        )
    }
}

extension RunProgressView {
    init(_ report: ExtractionReport) {
        let done = report.streams.filter { $0.status != .pending && $0.status != .running }.count
        let parts = report.streams.map(\.fraction)
        self.init(
            run: report.run,
            trigger: report.trigger,
            startedAt: report.startedAt,
            records: report.streams.reduce(0) { $0 + $1.records },
            requests: report.requests,
            streamsDone: done,
            streams: report.streams.count,
            fraction: parts.isEmpty ? 0 : parts.reduce(0, +) / Double(parts.count),
            estimatedEnd: report.streams.compactMap(\.progress?.estimatedEnd).max(),
            waiting: report.waiting,
            throttledSeconds: report.throttledSeconds
        )
    }
}

extension StreamReport {
    /// How far it is in its run, 0 to 1.
    fileprivate var fraction: Double {
        switch status {
        case .pending: 0
        case .running: progress?.fraction ?? 0
        case .caughtUp, .continues, .parked, .failed: 1
        }
    }
}
