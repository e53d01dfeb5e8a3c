import Catalog
package import Model

extension ConnectionView {
    /// Nil where there is no such connection.
    package init?(_ snapshot: BoardSnapshot, of key: ConnectionKey, at now: Timestamp) {
        guard let connection = snapshot.board.account(of: key) else { return nil }
        let row = ConnectionRow(connection, snapshot, at: now)
        let waiting = connection.rowsToLoad
        self.init(
            at: now,
            connection: row,
            extraction: ExtractionSummary(
                lastRun: connection.account.runs.last,
                nextRun: row.status.nextRun,
                pausedSince: row.status.pausedSince,
                isAsked: connection.account.state?.askedRun != nil
            ),
            loading: LoadingSummary(
                rowsToLoad: row.status.rowsToLoad,
                tablesToLoad: waiting.keys.map(\.rawValue).sorted(),
                rowsToday: row.rowsToday,
                lastLoad: row.lastLoad
            ),
            streams: connection.selected.map { stream in
                var line = StreamRow(stream.name, of: connection)
                line.isLate = connection.isLate(stream, at: now)
                line.rowsToLoad = waiting[stream.name] ?? 0
                return line
            },
            alerts: snapshot.alerts.open(of: key)
        )
    }
}

extension StreamRow {
    init(_ stream: StreamName, of connection: KnownConnection) {
        self.init(stream)
        asOf = connection.asOf(stream)
        loadedAsOf = connection.loadedAsOf(stream)
        bookmark = connection.account.places[stream]?.position
        if let report = connection.report(of: stream) {
            status = report.status
            reason = report.reason
            hint = report.hint
            records = report.records
            rejected = report.rejected
            requests = report.requests
            progress = report.progress
            bookmark = bookmark ?? report.bookmarkAfter
        }
        if let parking = connection.parking(of: stream) {
            status = .parked
            reason = parking.reason
            hint = parking.hint
            parkedSince = parking.since
        }
    }
}
