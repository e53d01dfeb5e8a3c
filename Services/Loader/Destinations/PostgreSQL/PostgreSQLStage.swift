import Loader

/// A temporary table of a session, with the columns of one table as `c0`, `c1`, …, that batches are copied into before
/// any lock is taken. It is made once and emptied for each batch; when the table's columns change it is made anew.
///
/// Of a root table it begins with `n`, the place of the row's record; of a sub-table with `p`, the place of the parent's
/// record. Of a kept list `k, q, v, d` follow: record key, sequence, version and hash.
struct PostgreSQLStage: Hashable {
    let name: String
    let columns: [Column]
    let isSubtable: Bool
    let isKept: Bool

    init(number: Int, table: Table) {
        name = "pg_temp.stage_\(number)"
        columns = RowLayout.written(table)
        if case .subtable = table.kind { isSubtable = true } else { isSubtable = false }
        if case .kept = table.kind { isKept = true } else { isKept = false }
    }

    /// True when the stage can take the rows of a table as it is now.
    func fits(_ table: Table) -> Bool {
        let wanted = PostgreSQLStage(number: 0, table: table)
        return columns == wanted.columns && isSubtable == wanted.isSubtable && isKept == wanted.isKept
    }

    var create: String {
        var definitions = [isSubtable ? "p integer" : "n integer"]
        if isKept { definitions += ["k text", "q bigint", "v bigint", "d text"] }
        for (place, column) in columns.enumerated() { definitions.append("c\(place) \(column.type.postgreSQL)") }
        return "CREATE TEMPORARY TABLE \(name) (\(definitions.joined(separator: ", ")))"
    }

    var drop: String { "DROP TABLE IF EXISTS \(name)" }
    var copy: String { "COPY \(name) FROM STDIN (FORMAT binary)" }

    /// The staging column of a table's column; nil where rows do not bring it.
    func column(_ name: String) -> String? {
        columns.firstIndex { $0.name == name }.map { "c\($0)" }
    }
}
