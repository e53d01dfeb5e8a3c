package import JSONScan
import Messaging
package import Model

/// What a batch holds for one table, before it is known what the load does with it.
package struct TableAccount: Sendable {
    package var stream: StreamName
    package var table: String
    package var batch: LoadingReport.BatchRange
    /// Record events.
    package var events = 0
    /// Records that lost to a later one of the same key within the batch.
    package var superseded = 0
    package var rejected = 0
    /// Rows handed to the destination.
    package var rows = 0
    package var bytes = 0
    package var maxBookmark: LoadingReport.MaxBookmark?
    package var maxExtractedAt: Timestamp?
    package var tableVersion: Int64?
    /// Schema changes, and positions that moved to another log.
    package var changes: [String] = []
    package var repairs = TextRepairs.none
    /// The highest sequence among the events, 0 where none was to be read.
    package var sequence: Int64 = 0

    package init(stream: StreamName, batch: LoadingReport.BatchRange) {
        self.stream = stream
        table = stream.rawValue
        self.batch = batch
    }

    mutating func count(_ event: BatchEvent) {
        if event.partition == batch.partition { batch.lastOffset = event.offset }
        if let envelope = event.envelope {
            sequence = max(sequence, envelope.sequence)
            if let version = envelope.tableVersion { tableVersion = max(tableVersion ?? version, version) }
        }
        guard event.isRecord else { return }
        events += 1
        if case .upsert(let record) = event.content { bytes += record.data.count }
        if let time = event.envelope?.time { maxExtractedAt = max(maxExtractedAt ?? time, time) }
    }

    /// The same for the same events, however often they are loaded; another log's events differ by their sequence.
    package func reportID(of connection: ConnectionKey) -> String {
        "\(connection)/\(table)/\(batch.topic)/\(batch.partition)/\(batch.firstOffset)-\(batch.lastOffset)/\(sequence)"
    }

    /// The report of a load that the destination did.
    /// - Throws: ``LoaderError/imbalance(table:events:accounted:)`` where an event is not accounted for exactly once.
    package func report(
        _ outcome: TableOutcome,
        of definition: ConnectionDefinition,
        startedAt: Timestamp,
        completedAt: Timestamp
    ) throws(LoaderError) -> LoadingReport {
        var report = blank(definition, .succeeded, startedAt: startedAt, completedAt: completedAt)
        report.rowsInserted = outcome.inserted
        report.rowsUpdated = outcome.updated
        report.rowsLoaded = outcome.inserted + outcome.updated
        report.rowsUnchanged = outcome.unchanged
        report.rowsSuperseded = superseded + outcome.superseded
        report.rowsDeleted = outcome.deleted
        report.rowsRejected = rejected
        report.subtables = outcome.subtables.sorted { $0.key < $1.key }.map {
            .init(table: $0.key, rowsLoaded: $0.value)
        }
        report.schemaChanges = changes
        report.nulsRemoved = repairs.nulsRemoved == 0 ? nil : repairs.nulsRemoved
        report.surrogatesReplaced = repairs.surrogatesReplaced == 0 ? nil : repairs.surrogatesReplaced
        report.lagMilliseconds = maxExtractedAt.map { (completedAt - $0).wholeMilliseconds }
        guard report.isBalanced else {
            let accounted = report.rowsLoaded + report.rowsUnchanged + report.rowsSuperseded + report.rowsRejected
            throw .imbalance(table: table, events: events, accounted: accounted)
        }
        return report
    }

    /// The report of a load that failed; nothing of it was loaded.
    package func failure(
        _ error: String,
        of definition: ConnectionDefinition,
        startedAt: Timestamp,
        at now: Timestamp
    ) -> LoadingReport {
        var report = blank(definition, .failed, startedAt: startedAt, completedAt: now)
        report.id += "/failed-\(now.milliseconds)"
        report.error = error
        return report
    }

    private func blank(
        _ definition: ConnectionDefinition,
        _ status: LoadingReport.Status,
        startedAt: Timestamp,
        completedAt: Timestamp
    ) -> LoadingReport {
        var report = LoadingReport(
            id: reportID(of: definition.key),
            connection: definition,
            stream: stream,
            table: table,
            status: status,
            startedAt: startedAt,
            completedAt: completedAt,
            batch: batch
        )
        report.tableVersion = tableVersion
        report.maxExtractedAt = maxExtractedAt
        report.maxSequence = sequence > 0 ? sequence : nil
        // A failed report accounts for no event: what it names will be loaded, and counted, later.
        guard status == .succeeded else { return report }
        report.events = events
        report.bytes = bytes
        report.maxBookmark = maxBookmark
        return report
    }
}
