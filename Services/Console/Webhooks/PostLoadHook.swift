import Model

/// The body of Stitch's post-load hook, version 1.0: one root table's load with its sub-tables.
///
/// Keys are Stitch's. Of a bookmark only the greatest value is known.
struct PostLoadHook: Encodable {
    var version = "1.0"
    var minimum_sdc_batched_at: Timestamp
    /// The connection's schema, which Stitch names after the integration.
    var integration_name: String
    /// True where the load began the table anew.
    var new_version: Bool
    var source_root_table_name: String
    var destination_root_table_name: String
    var table_version: Int64?
    var tables: [Table]

    struct Table: Encodable {
        var source_table_name: String
        var destination_table_name: String
        var num_rows: Int
        var num_rows_rejected: Int
        var max_time_extracted: Timestamp?
        var primary_keys: [String] = []
        var s3_objects: [String] = []
        var bookmark_metadata: [Bookmark]?
    }

    struct Bookmark: Encodable {
        var key: String
        var max_value: String
    }

    init(_ report: LoadingReport) {
        minimum_sdc_batched_at = report.startedAt
        integration_name = report.schema.rawValue
        new_version = report.schemaChanges.contains("reset \(report.stream)")
        source_root_table_name = report.table
        destination_root_table_name = report.table
        table_version = report.tableVersion
        let root = Table(
            source_table_name: report.table,
            destination_table_name: report.table,
            num_rows: report.rowsLoaded,
            num_rows_rejected: report.rowsRejected,
            max_time_extracted: report.maxExtractedAt,
            bookmark_metadata: report.maxBookmark.map { [Bookmark(key: $0.column, max_value: $0.value)] }
        )
        let others = report.subtables.map { subtable in
            let prefix = "\(report.table)__"
            let name = subtable.table.hasPrefix(prefix) ? subtable.table.dropFirst(prefix.count) : subtable.table[...]
            return Table(
                source_table_name: String(name),
                destination_table_name: subtable.table,
                num_rows: subtable.rowsLoaded,
                num_rows_rejected: 0,
                max_time_extracted: report.maxExtractedAt
            )
        }
        tables = [root] + others
    }
}
