import LibPQ
import Loader
import Model

/// The sessions that hold what a load waited for in vain.
struct PostgreSQLLockHolders {
    private let schema: SchemaName
    private let session: PostgreSQLSession

    init(_ schema: SchemaName, _ session: PostgreSQLSession) {
        self.schema = schema
        self.session = session
    }

    /// By table of the schema the sessions with a lock on it, the oldest transaction first; what the user may not see of
    /// others' sessions is NULL.
    private static let query = """
        SELECT c.relname, a.pid, a.usename, a.application_name,
            floor(extract(epoch FROM clock_timestamp() - a.xact_start))::bigint
        FROM pg_locks l JOIN pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p')
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
        JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        GROUP BY 1, 2, 3, 4, a.xact_start ORDER BY a.xact_start NULLS LAST, a.pid
        """

    /// What was waited for, with the session to end and the statement that ends it.
    /// - Parameter what: begins with the name of the table; else another loader's batch was waited for.
    func named(in what: String) -> String {
        let unknown = "\(what): end the session that holds it"
        // Who holds it is help, not what failed: a session that may not ask says what it knows.
        guard let rows = try? session.run(Self.query, [schema.rawValue]) else { return unknown }
        let all = (0..<rows.rowCount).map { $0 }
        let own = all.filter { what.hasPrefix("\(rows.text($0, 0) ?? "") (") }
        let positions = all.filter { rows.text($0, 0) == BookkeepingTable.positions.rawValue }
        guard let row = own.first ?? positions.first, let pid = rows.text(row, 1) else { return unknown }
        var text = "\(what), which session \(pid)"
        if let user = rows.text(row, 2) { text += " of \(user)" }
        if let program = rows.text(row, 3), !program.isEmpty { text += " (\(program))" }
        text += " has used"
        if let seconds = rows.text(row, 4) { text += " for \(seconds) s" }
        return text + ": end it by SELECT pg_terminate_backend(\(pid))"
    }
}
