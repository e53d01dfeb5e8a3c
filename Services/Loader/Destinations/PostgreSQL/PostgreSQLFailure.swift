import LibPQ
import Loader
import Model

/// What an error of PostgreSQL means for loading.
struct PostgreSQLFailure {
    let schema: SchemaName
    var user: String
    var database: String

    /// - Parameters:
    ///   - table: the table that was being loaded.
    ///   - columns: the names behind the staging columns `c0`, `c1`, ….
    func destinationError(_ error: PQError, table: String? = nil, columns: [Column] = []) -> DestinationError {
        guard let state = error.sqlState, let kind = error.sqlClass else {
            return error.isConnectionLost ? connecting(error.text) : .failed("\(error.text) (\(error.call))")
        }
        if error.isConnectionLost { return .unavailable(described(error.text, state)) }
        if Self.endings.contains(state) { return .unavailable(described(error.text, state)) }
        switch (kind, state) {
        case ("08", _): return .unavailable(described(error.text, state))
        case ("28", _): return .forbidden(described(error.text, state), mend: "check `password` and pg_hba.conf")
        case (_, "42501"): return .forbidden(described(error.text, state), mend: grant(error.text))
        case ("22", _), ("23", _), ("54", _), (_, "21000"), (_, "P0001"):
            return .refused(refusal(error, state, table: table, columns: columns))
        case (_, "53100"), (_, "53200"), (_, "53400"): return .full(described(error.text, state))
        case (_, "55P03"), ("40", _):
            return .lockTimeout("\(table ?? "schema \(schema)") (\(described(error.text, state)))")
        default: return .failed(described(error.text, state))
        }
    }

    private func described(_ text: String, _ state: String) -> String { "\(text) (SQLSTATE \(state))" }

    /// What was refused, in words that cannot hold the value: messages of class 22 quote it.
    private func refusal(_ error: PQError, _ state: String, table: String?, columns: [Column]) -> String {
        var text =
            switch state {
            case "54000": Self.limit(error.text)
            // What a trigger says may quote the row.
            case "P0001": "a trigger raised an exception"
            default: state.hasPrefix("22") ? (Self.conditions[state] ?? "data exception") : error.text
            }
        text += " (SQLSTATE \(state))"
        if let table { text += " in table \(table)" }
        if let column = error.column ?? stagingColumn(error, columns) { text += ", column \(column)" }
        return text
    }

    /// Which limit a row is beyond, without the sizes that the server tells.
    private static func limit(_ text: String) -> String {
        if text.hasPrefix("index row") { return "a value is too long for an index" }
        return text.hasPrefix("row is too big") ? "the row has more values than fit a page" : "a limit of the server"
    }

    /// The column that COPY names in its context, `COPY stage_1, line 3, column c7: "…"`.
    private func stagingColumn(_ error: PQError, _ columns: [Column]) -> String? {
        guard let context = error.context, let match = context.firstMatch(of: /, column c(\d+)/),
            let place = Int(match.1), columns.indices.contains(place)
        else { return nil }
        return columns[place].name
    }

    /// A failed connection has no SQLSTATE in libpq 15: its text must tell.
    private func connecting(_ text: String) -> DestinationError {
        if text.contains("authentication failed") || text.contains("no password supplied")
            || text.contains("no pg_hba.conf entry")
        {
            return .forbidden(text, mend: "set the destination's user and `password`, or let it in by pg_hba.conf")
        }
        if text.contains("database \"\(database)\" does not exist") {
            return .forbidden(text, mend: "CREATE DATABASE \(SQLIdentifier.quoted(database))")
        }
        if text.contains("permission denied for database") {
            return .forbidden(text, mend: onDatabase("CONNECT"))
        }
        if text.contains("role \"\(user)\" does not exist") {
            return .forbidden(text, mend: "CREATE ROLE \(SQLIdentifier.quoted(user)) LOGIN")
        }
        if let mend = Self.securing(text) { return .forbidden(text, mend: mend) }
        return .unavailable(text)
    }

    /// What to do where the server's certificate is not to be proved; nil for any other failure.
    private static func securing(_ text: String) -> String? {
        if text.contains("server does not support SSL") {
            return "turn TLS on in the server (ssl = on), or set the destination's `sslmode`"
        }
        if text.contains("does not match host name") {
            return "name the host in `destination` as the server's certificate does"
        }
        if text.contains("certificate verify failed") || text.contains("root certificate file") {
            return "set the destination's `sslrootcert` to the file with the authority that signed the server's "
                + "certificate"
        }
        return nil
    }

    /// The statement that gives the right whose lack a message names.
    private func grant(_ text: String) -> String {
        let name = SQLIdentifier.quoted(schema.rawValue)
        let role = SQLIdentifier.quoted(user)
        if text.contains("temporary tables") { return onDatabase("TEMPORARY") }
        if text.contains("for database") { return onDatabase("CREATE") }
        if text.contains("for schema") { return "GRANT USAGE, CREATE ON SCHEMA \(name) TO \(role)" }
        if text.contains("must be owner") { return "ALTER TABLE … OWNER TO \(role), for each table of \(name)" }
        return "GRANT ALL ON ALL TABLES IN SCHEMA \(name) TO \(role)"
    }

    private func onDatabase(_ right: String) -> String {
        "GRANT \(right) ON DATABASE \(SQLIdentifier.quoted(database)) TO \(SQLIdentifier.quoted(user))"
    }

    /// The server ends the session or takes no more: shutdown, crash, starting up, dropped, idle, too many, idle in a
    /// transaction.
    private static let endings: Set = ["57P01", "57P02", "57P03", "57P04", "57P05", "53300", "25P03"]

    /// Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
    private static let conditions = [
        "22001": "string too long", "22003": "number out of range", "22007": "not a date-time",
        "22008": "date-time out of range", "22021": "text that is not UTF-8 or holds NUL",
        "22P02": "text that is not of the column's type", "22P03": "value that is not of the column's type",
        "22P04": "malformed COPY data",
        "22P05": "character that the database's encoding lacks",
    ]
}
