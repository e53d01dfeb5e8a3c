extension RowMapper {
    /// The rows, with their tables as they will be; columns and sub-tables that they brought are asked of the planner.
    func tableLoad(_ planner: inout SchemaPlanner) -> TableLoad {
        planner.hold(tables[0].rows.columns, in: root)
        var mapped: [String: MappedTable] = [:]
        for table in tables.dropFirst() where table.rows.count > 0 {
            let shape = TableShape.subtable(table.name, of: root, depth: table.depth)
            planner.hold(shape.columns + table.rows.columns, in: shape)
            mapped[table.name] = table
        }
        // Those without rows too: a record may have lost its sub-rows.
        let subtables = planner.catalog.subtables(of: root.name).map { table in
            SubtableLoad(
                table: table,
                rows: mapped[table.name]?.rows ?? RowBuffer(),
                parents: mapped[table.name]?.parents ?? []
            )
        }
        let table = planner.catalog.tables[root.name] ?? root
        return TableLoad(table: table, rows: tables[0].rows, records: records, subtables: subtables)
    }
}
