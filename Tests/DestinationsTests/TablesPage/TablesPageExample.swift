import Catalog
import Destinations
import Foundation
import Loader
import Model
import Testing

/// Plays one section of docs/tables.md in a schema of its own and compares what it shows.
struct TablesPageExample {
    let section: TablesPage.Section
    let fixture: DestinationFixture

    func play() async throws {
        let schema = try await fixture.open()
        var loader = try await TablesPageLoader(schema)
        for step in section.steps {
            switch step {
            case .batch(let batch): try await loader.load(batch)
            case .rows(let table, let grid): try expectRows(of: table, grid, loader)
            case .sql(let statements, let grid): try expect(statements, toGive: grid)
            case .cases(let stream, let grid): try await expectCases(stream, grid, &loader)
            case .names(let stream, let grid): try await expectNames(stream, grid, &loader)
            case .types(let grid): try await expectTypes(grid, &loader)
            case .columns(let grid): try expectColumns(grid)
            case .schemas(let grid): expectSchemas(grid)
            }
        }
        await schema.close()
    }

    // MARK: Tables

    private func expectRows(of table: String, _ grid: TablesPage.Grid, _ loader: TablesPageLoader) throws {
        let columns = Array(grid.head.dropFirst())
        let types = try columns.map { column in
            try #require(type(of: column, in: table, loader), "\(table).\(column) is not there")
        }
        let found = try read(columns, types, of: table)
        let expected = grid.rows.map { row in zip(row.dropFirst(), types).map { ShownValue.expected($0, $1) } }
        #expect(found.sorted { "\($0)" < "\($1)" } == expected.sorted { "\($0)" < "\($1)" }, "\(table)")
    }

    /// The column's type; nil where the table lacks it.
    private func type(of column: String, in table: String, _ loader: TablesPageLoader) -> CellType? {
        guard table.hasPrefix("_") else { return loader.table(table)?.columns.first { $0.name == column }?.type }
        return column == "replayable" ? .boolean : .text
    }

    private func read(_ columns: [String], _ types: [CellType], of table: String) throws -> [[String]] {
        let list = zip(columns, types).map { column, type in
            type == .timestamp ? fixture.time(Self.quoted(column)) : Self.quoted(column)
        }
        return try fixture.query("SELECT \(list.joined(separator: ", ")) FROM \(Self.quoted(table))").map { row in
            row.indices.map { place in
                columns[place] == SystemColumn.primaryKey
                    ? Self.masked(row[place]) : ShownValue.text(row[place], types[place])
            }
        }
    }

    /// `UUID` for one.
    private static func masked(_ text: String?) -> String {
        text.flatMap { UUID(uuidString: $0) } == nil ? "no UUID: \(text ?? "NULL")" : "UUID"
    }

    private static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    // MARK: Statements

    private func expect(_ statements: [String], toGive grid: TablesPage.Grid?) throws {
        guard fixture.kind != .files else { return }
        var rows: [[String?]] = []
        for statement in statements { rows = try fixture.query(statement) }
        guard let grid else { return }
        #expect(rows.map { $0.map { $0 ?? "NULL" } } == grid.rows, "\(statements.last ?? "")")
    }

    // MARK: Values of fields

    private func expectCases(
        _ stream: StreamName,
        _ grid: TablesPage.Grid,
        _ loader: inout TablesPageLoader
    ) async throws {
        var batch = TablesPage.Batch(stream: stream)
        for (place, row) in grid.rows.enumerated() {
            let names = row[0].split(separator: ".")
            let nested = names.reversed().reduce(row[1]) { "{\"\($1)\":\($0)}" }
            batch.records.append("{\"id\":\(place)," + nested.dropFirst())
        }
        try await loader.load(batch)
        for (place, row) in grid.rows.enumerated() { try expectCase(place, row, stream, loader) }
    }

    /// The value is in its column, and in no other.
    private func expectCase(_ id: Int, _ row: [String], _ stream: StreamName, _ loader: TablesPageLoader) throws {
        let root = stream.rawValue
        let parts = row[2].split(separator: ".").map(String.init)
        let (table, column) = parts.count == 1 ? (root, parts[0]) : (parts[0], parts[1])
        var found: [String: String] = [:]
        for name in Set([root, table]) {
            let key = name == root ? "id" : "_sdc_source_key_id"
            let columns = (loader.table(name)?.columns ?? []).filter { !$0.name.hasPrefix("_sdc_") && $0.name != "id" }
            let list = columns.map { $0.type == .timestamp ? fixture.time(Self.quoted($0.name)) : Self.quoted($0.name) }
            let sql = "SELECT \(list.joined(separator: ", ")) FROM \(name) WHERE \(key) = \(id)"
            for values in try fixture.query(sql) {
                for (column, value) in zip(columns, values) where value != nil {
                    found["\(name).\(column.name)"] = ShownValue.text(value, column.type)
                }
            }
        }
        let columnType = try #require(type(of: column, in: table, loader), "\(table).\(column) is not there")
        let expected = ["\(table).\(column)": ShownValue.expected(row[3], columnType)]
        #expect(found == expected, "\(row[0]) \(row[1])")
    }

    // MARK: Names

    private func expectNames(
        _ stream: StreamName,
        _ grid: TablesPage.Grid,
        _ loader: inout TablesPageLoader
    ) async throws {
        let fields = grid.rows.enumerated().map { place, row in "\(row[0]):\"value \(place)\"" }
        try await loader.load(
            TablesPage.Batch(stream: stream, records: ["{\"id\":1,\(fields.joined(separator: ","))}"])
        )
        for (place, row) in grid.rows.enumerated() {
            let column = fixture.kind == .postgresql ? row[1] : row[2]
            let found = try fixture.query("SELECT \(Self.quoted(column)) FROM \(stream)")
            #expect(found == [["value \(place)"]], "\(row[0])")
        }
    }

    // MARK: Types and schemas

    private func expectTypes(_ grid: TablesPage.Grid, _ loader: inout TablesPageLoader) async throws {
        for row in grid.rows {
            let parts = row[3].split(separator: ".").map(String.init)
            let (table, column) = (parts[0], parts[1])
            let stream = StreamName(rawValue: String(table.split(separator: "__")[0]))
            try await loader.declare(stream)
            let definition = try #require(Catalog.stream(stream, of: .support))
            let declared = definition.schema.columns.first { definition in
                let place = ColumnPlace(root: stream.rawValue).stepping(ColumnPath(definition.path))
                return place.table == table && place.column == column
            }
            #expect(declared?.type.rawValue == row[0])
            switch fixture.kind {
            case .postgresql:
                let sql = """
                    SELECT format_type(atttypid, atttypmod) FROM pg_attribute
                    WHERE attrelid = '\(fixture.schema).\(table)'::regclass AND attname = '\(column)'
                    """
                #expect(try fixture.query(sql) == [[row[1]]])
            case .sqlite:
                let sql = "SELECT type FROM pragma_table_info('\(table)') WHERE name = '\(column)'"
                #expect(try fixture.query(sql) == [[row[2]]])
            case .files: #expect(loader.table(table)?.columns.contains { $0.name == column } == true)
            }
        }
    }

    /// The columns that the page names, in their order, are all that there are.
    private func expectColumns(_ grid: TablesPage.Grid) throws {
        for row in grid.rows {
            let found: [[String?]]
            switch fixture.kind {
            case .postgresql:
                found = try fixture.query(
                    """
                    SELECT column_name FROM information_schema.columns
                    WHERE table_schema = '\(fixture.schema)' AND table_name = '\(row[0])' ORDER BY ordinal_position
                    """
                )
            case .sqlite: found = try fixture.query("SELECT name FROM pragma_table_info('\(row[0])')")
            case .files: return
            }
            #expect(found.compactMap { $0[0] }.joined(separator: " ") == row[2], "\(row[0])")
        }
    }

    private func expectSchemas(_ grid: TablesPage.Grid) {
        for row in grid.rows { #expect(SchemaName(fromName: row[0])?.rawValue == row[1]) }
    }
}
