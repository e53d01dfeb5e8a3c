import Foundation
import Loader
import Model

/// A loading report as a row of `_deskpipe_loads`: its main fields as columns, and all of it as JSON in `report`.
enum LoadsRow {
    /// How long reports are kept.
    static let kept = Duration.seconds(60 * 86_400)

    static let columns = [
        Column("id", .text), Column("stream", .text), Column("table_name", .text), Column("status", .text),
        Column("started_at", .timestamp), Column("completed_at", .timestamp), Column("duration_ms", .integer),
        Column("events", .integer), Column("rows_loaded", .integer), Column("rows_inserted", .integer),
        Column("rows_updated", .integer), Column("rows_unchanged", .integer), Column("rows_superseded", .integer),
        Column("rows_deleted", .integer), Column("rows_rejected", .integer), Column("bytes", .integer),
        Column("max_bookmark", .text), Column("max_extracted_at", .timestamp), Column("lag_ms", .integer),
        Column("topic", .text), Column("partition", .integer), Column("first_offset", .integer),
        Column("last_offset", .integer), Column("table_version", .integer), Column("error", .text),
        Column("report", .text),
    ]

    /// The values of ``columns``, as text.
    static func values(of report: LoadingReport) throws -> [String?] {
        let json = try WireJSON.text(of: report)
        return [
            report.id, report.stream.rawValue, report.table, report.status.rawValue,
            report.startedAt.formatted(.microseconds), report.completedAt.formatted(.microseconds),
            String(report.durationMilliseconds), String(report.events), String(report.rowsLoaded),
            String(report.rowsInserted), String(report.rowsUpdated), String(report.rowsUnchanged),
            String(report.rowsSuperseded), String(report.rowsDeleted), String(report.rowsRejected),
            String(report.bytes), report.maxBookmark?.value, report.maxExtractedAt?.formatted(.microseconds),
            report.lagMilliseconds.map(String.init), report.batch.topic, String(report.batch.partition),
            String(report.batch.firstOffset), String(report.batch.lastOffset), report.tableVersion.map(String.init),
            report.error, json,
        ]
    }
}
