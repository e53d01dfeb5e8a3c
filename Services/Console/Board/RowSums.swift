import Model

/// Rows loaded into a table and its sub-tables, and what was rejected.
struct RowSums: Hashable, Sendable {
    var rows = 0
    var subRows: [String: Int] = [:]
    var events = 0
    var rejected = 0

    /// As Stitch counts: rows and sub-rows.
    var replicated: Int { subRows.values.reduce(rows, +) }

    mutating func add(_ report: LoadingReport) {
        rows += report.rowsLoaded
        events += report.events
        // A replay's were counted before.
        if report.isReplay != true { rejected += report.rowsRejected }
        for subtable in report.subtables { subRows[subtable.table, default: 0] += subtable.rowsLoaded }
    }

    mutating func add(_ other: RowSums) {
        rows += other.rows
        events += other.events
        rejected += other.rejected
        subRows.merge(other.subRows, uniquingKeysWith: +)
    }
}
