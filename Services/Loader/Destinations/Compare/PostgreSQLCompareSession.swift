import LibPQ
import Loader
import Model

/// Reads two schemas of a PostgreSQL database in one read-only transaction.
struct PostgreSQLCompareSession: CompareSession {
    let dialect = CompareDialect.postgreSQL
    let qualifiers: Sides<String>
    private let connection: PQConnection

    /// Nothing that is found out by this session is older or newer than the rest, and nothing is written.
    private static let setUp = """
        SET search_path = pg_catalog, pg_temp;
        SET timezone = 'UTC';
        SET datestyle = 'ISO';
        SET client_min_messages = warning;
        SET standard_conforming_strings = on;
        SET lock_timeout = '10s';
        SET statement_timeout = '30min';
        SET idle_in_transaction_session_timeout = '5min';
        SET work_mem = '64MB';
        SET jit = off;
        SET default_transaction_read_only = on;
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        """

    private static let schemaRights = """
        SELECT n.nspname, has_schema_privilege(n.oid, 'USAGE') FROM pg_namespace n
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname
        """

    /// Each column of each table: table, may be read, column, type, belongs to the primary key.
    private static let columns = """
        SELECT c.relname, has_table_privilege(c.oid, 'SELECT'), a.attname, format_type(a.atttypid, a.atttypmod),
            coalesce(a.attnum = ANY (i.indkey), false)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind IN ('r', 'p', 'f', 'm') AND NOT c.relispartition
        ORDER BY c.relname COLLATE "C", a.attnum
        """

    /// Connects and begins the transaction; it ends with the session.
    /// - Parameter place: a schema for errors that happen before one is looked at.
    init(_ settings: PostgreSQLSettings, schemas: Sides<String>, place: SchemaName) throws {
        qualifiers = schemas
        connection = try Self.connection(settings, place)
    }

    private static func connection(
        _ settings: PostgreSQLSettings,
        _ place: SchemaName
    ) throws(DestinationError) -> PQConnection {
        do {
            let connection = try PQConnection(parameters: settings.withPassword())
            try connection.execute(setUp)
            return connection
        } catch {
            // The loader's words for a server that does not answer or lets nobody in fit here too.
            let failure = PostgreSQLFailure(
                schema: place,
                user: settings.parameters["user"] ?? "",
                database: settings.parameters["dbname"] ?? settings.parameters["user"] ?? ""
            )
            throw failure.destinationError(error)
        }
    }

    func facts(_ side: Side, _ catalogue: (Source?) -> CompareCatalogue) throws -> SchemaFacts {
        let name = qualifiers[side]
        let role = SQLIdentifier.quoted(connection.user)
        let schemas = try rows(BoundStatement(sql: Self.schemaRights), table: name)
        guard let held = schemas.first(where: { $0[0] == name }) else {
            throw CompareError.noSchema(
                name,
                place: "database \(connection.database)",
                others: schemas.compactMap { $0[0] }
            )
        }
        let quoted = SQLIdentifier.quoted(name)
        guard held[1] == "t" else {
            throw CompareError.forbidden(
                "schema \(name)",
                mend: "GRANT USAGE ON SCHEMA \(quoted) TO \(role); "
                    + "GRANT SELECT ON ALL TABLES IN SCHEMA \(quoted) TO \(role)"
            )
        }
        var facts = SchemaFacts(name: name)
        for row in try rows(BoundStatement(sql: Self.columns, parameters: [name]), table: name) {
            guard let table = row[0], let column = row[2], let type = row[3] else { continue }
            guard !SchemaFacts.isSystemTable(table) else {
                if facts.systemTables.last != table { facts.systemTables.append(table) }
                continue
            }
            guard row[1] == "t" else {
                throw CompareError.forbidden(
                    "table \(name).\(table)",
                    mend: "GRANT SELECT ON ALL TABLES IN SCHEMA \(quoted) TO \(role)"
                )
            }
            if facts.tables.last?.name != table { facts.tables.append(TableFacts(name: table)) }
            let last = facts.tables.count - 1
            facts.tables[last].columns.append(ColumnFacts(name: column, type: type, kind: ValueKind(postgreSQL: type)))
            if row[4] == "t" { facts.tables[last].primaryKey.append(column) }
        }
        if facts.isDeskpipes {
            let owner = BookkeepingSQL(schema: name).selectOwner
            facts.source = try rows(BoundStatement(sql: owner), table: name).first?[2].flatMap(Source.init(rawValue:))
        }
        return facts
    }

    func rows(_ statement: BoundStatement, table: String) throws -> [[String?]] {
        do {
            let result =
                statement.parameters.isEmpty
                ? try connection.execute(statement.sql) : try connection.execute(statement.sql, statement.parameters)
            return (0..<result.rowCount).map { row in (0..<result.columnCount).map { result.text(row, $0) } }
        } catch {
            throw explained(error, table: table)
        }
    }

    /// What the server said, without a value: messages of class 22 quote them.
    private func explained(_ error: PQError, table: String) -> CompareError {
        switch error.sqlState {
        case "57014": .tooLong(table: table)
        case "42501":
            .forbidden("table \(table)", mend: "GRANT SELECT on it TO \(SQLIdentifier.quoted(connection.user))")
        case let state? where state.hasPrefix("22"):
            .failed("a value of table \(table) is not what its column's type promises (SQLSTATE \(state))")
        default: .failed("\(error.text) in table \(table) (\(error.sqlState.map { "SQLSTATE \($0)" } ?? error.call))")
        }
    }
}
