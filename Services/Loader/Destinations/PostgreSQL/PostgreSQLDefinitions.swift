import Loader
import Model

/// The SQL that makes and describes a schema.
struct PostgreSQLDefinitions {
    let schema: SchemaName

    /// What a session is set to. Limits that the destination's `options` set (`-c lock_timeout=…`) stay as they are.
    /// - Parameter options: libpq's parameter of that name.
    static func session(given options: String?) -> String {
        let own = limits.filter { options?.contains("\($0.name)=") != true }
        return """
            SET search_path = pg_catalog, pg_temp;
            SET timezone = 'UTC';
            SET datestyle = 'ISO';
            SET client_min_messages = warning;
            SET synchronous_commit = on;
            SET standard_conforming_strings = on;
            SET temp_buffers = '32MB';
            SET jit = off;

            """ + own.map { "SET \($0.name) = '\($0.value)';" }.joined(separator: "\n")
    }

    private static let limits = [
        (name: "lock_timeout", value: "5s"), (name: "statement_timeout", value: "2min"),
        (name: "idle_in_transaction_session_timeout", value: "30s"),
    ]

    /// Serialises changes of the schema's tables; held until the transaction ends.
    static let lock = "SELECT pg_advisory_xact_lock(hashtextextended('deskpipe:' || $1::text, 0))"

    static let schemaExists = "SELECT 1 FROM pg_namespace WHERE nspname = $1"

    /// The names of all tables, views and the like of a schema.
    static let relations = """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        """

    /// Roles that this user's default privileges let read the tables it makes in a schema, and that may enter the
    /// schema where it exists, or any that this user makes.
    static let readers = """
        SELECT DISTINCT role.rolname FROM pg_default_acl acl
        CROSS JOIN LATERAL aclexplode(acl.defaclacl) item JOIN pg_roles role ON role.oid = item.grantee
        LEFT JOIN pg_namespace held ON held.nspname = $1
        WHERE acl.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        AND acl.defaclobjtype = 'r' AND item.privilege_type = 'SELECT' AND role.rolname <> current_user
        AND acl.defaclnamespace IN (0, held.oid)
        AND CASE WHEN held.oid IS NOT NULL THEN has_schema_privilege(role.oid, held.oid, 'USAGE') ELSE EXISTS (
            SELECT 1 FROM pg_default_acl schemas CROSS JOIN LATERAL aclexplode(schemas.defaclacl) entry
            WHERE schemas.defaclrole = acl.defaclrole AND schemas.defaclobjtype = 'n'
            AND entry.privilege_type = 'USAGE' AND entry.grantee = role.oid) END
        ORDER BY 1
        """

    private var name: String { SQLIdentifier.quoted(schema.rawValue) }

    func qualified(_ table: String) -> String { "\(name).\(SQLIdentifier.quoted(table))" }

    var createSchema: String { "CREATE SCHEMA \(name)" }

    func createBookkeeping() -> String {
        BookkeepingTable.allCases.map { table in
            let place = table == .outbox ? "place bigint GENERATED ALWAYS AS IDENTITY, " : ""
            let columns = table.columns.map { "\(SQLIdentifier.quoted($0.name)) \($0.type.postgreSQL)" }
            let key = table.key.isEmpty ? "" : ", PRIMARY KEY (\(SQLIdentifier.list(table.key)))"
            return "CREATE TABLE IF NOT EXISTS \(qualified(table.rawValue)) "
                + "(\(place)\(columns.joined(separator: ", "))\(key));"
        }.joined(separator: "\n") + """

            CREATE INDEX IF NOT EXISTS _deskpipe_loads_completed_at ON \(qualified("_deskpipe_loads")) (completed_at);
            CREATE UNIQUE INDEX IF NOT EXISTS _deskpipe_outbox_id ON \(qualified("_deskpipe_outbox")) (id);
            """
    }

    func createTable(_ table: Table) -> String {
        let columns = table.columns.map { "\(SQLIdentifier.quoted($0.name)) \($0.type.postgreSQL)" }
        return "CREATE TABLE IF NOT EXISTS \(qualified(table.name)) "
            + "(\(columns.joined(separator: ", ")), PRIMARY KEY (\(SQLIdentifier.list(table.key))))"
    }

    func dropTable(_ table: String) -> String { "DROP TABLE IF EXISTS \(qualified(table))" }

    /// The views that are made of a table, qualified; `$1` schema, `$2` table.
    static let dependents = """
        SELECT DISTINCT quote_ident(held.nspname) || '.' || quote_ident(made.relname)
        FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
            AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class made ON made.oid = r.ev_class AND made.oid <> t.oid
        JOIN pg_namespace held ON held.oid = made.relnamespace
        WHERE n.nspname = $1 AND t.relname = $2 ORDER BY 1
        """

    func addColumn(_ column: Column, to table: String) -> String {
        "ALTER TABLE \(qualified(table)) ADD COLUMN IF NOT EXISTS "
            + "\(SQLIdentifier.quoted(column.name)) \(column.type.postgreSQL)"
    }

    /// The tables and views of a schema with each of their columns: name, whether it is a table, column, type.
    static let columns = """
        SELECT c.relname, c.relkind IN ('r', 'p'), a.attname, format_type(a.atttypid, a.atttypmod)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY c.relname, a.attnum
        """

    /// Does what loading needs, for a transaction that is rolled back.
    var trial: String {
        """
        CREATE TABLE \(qualified("_deskpipe_check")) (id bigint PRIMARY KEY);
        INSERT INTO \(qualified("_deskpipe_check")) VALUES (1);
        CREATE TEMPORARY TABLE deskpipe_check (id bigint);
        INSERT INTO deskpipe_check VALUES (1);
        DROP TABLE \(qualified("_deskpipe_check"));
        """
    }
}
