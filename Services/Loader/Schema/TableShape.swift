package import Model

/// What a stream's schema says about its tables. Pure.
package enum TableShape {
    /// The stream's own table: key columns, then what the caller adds, then system columns.
    package static func root(of schema: StreamSchema) -> Table {
        Table(
            name: schema.stream.rawValue,
            kind: kind(of: schema),
            columns: keyColumns(of: schema) + systemColumns(of: schema)
        )
    }

    package static func kind(of schema: StreamSchema) -> Table.Kind {
        guard !schema.key.isEmpty else { return .appended }
        let key = schema.key.map(NameRule.column)
        switch schema.replication {
        case .incremental: return .keyed(key)
        case .kept: return .kept(key)
        case .full: return .versioned(key)
        }
    }

    /// The key's columns with their declared types; a key field without one is text.
    package static func keyColumns(of schema: StreamSchema) -> [Column] {
        guard !schema.key.isEmpty else { return [Column(SystemColumn.primaryKey, .text)] }
        return schema.key.map { key in
            let declared = schema.columns.first { $0.path == key }?.type
            return Column(NameRule.column(key), (declared ?? .string).cellType)
        }
    }

    package static func systemColumns(of schema: StreamSchema) -> [Column] {
        var columns = [
            Column(SystemColumn.extractedAt, .timestamp),
            Column(SystemColumn.receivedAt, .timestamp),
            Column(SystemColumn.batchedAt, .timestamp),
            Column(SystemColumn.sequence, .integer),
            Column(SystemColumn.tableVersion, .integer),
        ]
        if case .kept = kind(of: schema) { columns.append(Column(SystemColumn.deletedAt, .timestamp)) }
        return columns
    }

    /// The table of an array: the root's key, a level for each array on the way, and the sequence.
    /// - Parameter depth: 1 for an array of the record.
    package static func subtable(_ name: String, of root: Table, depth: Int) -> Table {
        let keys = root.key.map { key in
            let type = root.columns.first { $0.name == key }?.type ?? .text
            return Column(SystemColumn.sourceKey(key), type)
        }
        let levels = (0..<depth).map { Column(SystemColumn.level($0), .integer) }
        return Table(
            name: name,
            kind: .subtable(root: root.name, key: (keys + levels).map(\.name)),
            columns: keys + levels + [Column(SystemColumn.sequence, .integer)]
        )
    }
}

extension ColumnType {
    package var cellType: CellType {
        switch self {
        case .integer: .integer
        case .number: .decimal
        case .boolean: .boolean
        case .dateTime: .timestamp
        case .string, .untyped: .text
        }
    }

    /// True when a text column that was declared with it takes any value as text.
    ///
    /// A switch, not `==`: that of a type with raw values compares these, and is asked for each value of a record.
    var takesAnything: Bool {
        switch self {
        case .string, .untyped: true
        default: false
        }
    }
}
