package import Loader

/// Where the cells of a buffer go: the columns that are written from rows, in the table's order.
package struct RowLayout {
    /// The table's columns less `_sdc_batched_at`, which no row brings.
    package let columns: [Column]
    /// For each column of the buffer its place in ``columns``; -1 for `_sdc_batched_at`, whose cells do not count.
    let places: [Int]
    /// The place of `_sdc_sequence`, which is written from the record; -1 where the table has none.
    let sequence: Int
    /// The place of `_sdc_table_version`, which is written from the record; -1 where the table has none.
    let version: Int

    /// - Throws: ``DestinationError/failed(_:)`` for a buffer with a column that the table lacks.
    package init(_ rows: RowBuffer, in table: Table) throws(DestinationError) {
        let columns = Self.written(table)
        var places: [String: Int] = [:]
        for (place, column) in columns.enumerated() { places[column.name] = place }
        var mapped: [Int] = []
        for column in rows.columns {
            guard let place = places[column.name] ?? (column.name == SystemColumn.batchedAt ? -1 : nil) else {
                throw .failed("table \(table.name) has no column \(column.name) for the rows' values")
            }
            mapped.append(place)
        }
        self.columns = columns
        self.places = mapped
        sequence = places[SystemColumn.sequence] ?? -1
        version = places[SystemColumn.tableVersion] ?? -1
    }

    /// The columns of a table that are written from rows.
    static func written(_ table: Table) -> [Column] {
        table.columns.filter { $0.name != SystemColumn.batchedAt }
    }
}
