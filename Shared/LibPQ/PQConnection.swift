import CLibpq

/// Owns a `PGconn`: one session of a PostgreSQL server. Without policy: it knows no statement of its own.
///
/// Every call blocks until the server has answered, so it belongs on a thread that may block. Not thread-safe: it has
/// one owner.
package final class PQConnection {
    let handle: OpaquePointer

    /// Connects.
    /// - Parameter parameters: libpq's connection parameters by their names.
    ///   Source: https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    package init(parameters: [String: String]) throws(PQError) {
        let names = try CStrings(parameters.keys.map { $0 } + [nil])
        let values = try CStrings(parameters.values.map { $0 } + [nil])
        let opened = names.withPointers { names in
            values.withPointers { values in PQconnectdbParams(names, values, 0) }
        }
        guard let opened else {
            throw PQError(sqlState: nil, text: "out of memory", call: "PQconnectdbParams", isConnectionLost: true)
        }
        guard PQstatus(opened) == CONNECTION_OK else {
            let text = String(cString: PQerrorMessage(opened)).trimmed
            PQfinish(opened)
            throw PQError(sqlState: nil, text: text, call: "PQconnectdbParams", isConnectionLost: true)
        }
        // Without a receiver libpq prints notices to the standard error.
        PQsetNoticeReceiver(opened, { _, _ in }, nil)
        handle = opened
    }

    deinit { PQfinish(handle) }

    /// False once the server has gone, as far as this side can know without asking it.
    package var isAlive: Bool {
        // Twice: the first reads the server's farewell, the second the end of the stream behind it.
        PQconsumeInput(handle) == 1 && PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK
    }

    package var user: String { PQuser(handle).map { String(cString: $0) } ?? "" }
    package var database: String { PQdb(handle).map { String(cString: $0) } ?? "" }

    /// Runs one or more statements separated by semicolons; gives the last one's result.
    @discardableResult
    package func execute(_ sql: String) throws(PQError) -> PQResult {
        try checked(PQexec(handle, sql), call: "PQexec")
    }

    /// As ``execute(_:)``, of one statement.
    /// - Parameter sent: called when the statement is on its way and before its answer is waited for.
    package func execute(_ sql: String, sent: () -> Void) throws(PQError) -> PQResult {
        guard PQsendQuery(handle, sql) == 1 else { throw failure(of: "PQsendQuery") }
        sent()
        let first = PQgetResult(handle)
        // The connection takes the next statement when it has said that there is no more.
        while let more = PQgetResult(handle) { PQclear(more) }
        return try checked(first, call: "PQgetResult")
    }

    /// Runs one statement with parameters `$1`, `$2`, … in text format; nil is NULL.
    @discardableResult
    package func execute(_ sql: String, _ parameters: [String?]) throws(PQError) -> PQResult {
        let values = try CStrings(parameters)
        let result = values.withPointers { values in
            PQexecParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        return try checked(result, call: "PQexecParams")
    }

    /// Prepares a statement that ``executePrepared(_:_:)`` runs by its name, for the life of the connection.
    package func prepare(_ name: String, _ sql: String) throws(PQError) {
        _ = try checked(PQprepare(handle, name, sql, 0, nil), call: "PQprepare")
    }

    @discardableResult
    package func executePrepared(_ name: String, _ parameters: [String?]) throws(PQError) -> PQResult {
        let values = try CStrings(parameters)
        let result = values.withPointers { values in
            PQexecPrepared(handle, name, Int32(parameters.count), values, nil, nil, 0)
        }
        return try checked(result, call: "PQexecPrepared")
    }

    func checked(_ result: OpaquePointer?, call: String) throws(PQError) -> PQResult {
        guard let result else { throw failure(of: call) }
        let owned = PQResult(owning: result)
        switch owned.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_EMPTY_QUERY: return owned
        default: throw owned.error(call: call, isConnectionLost: PQstatus(handle) != CONNECTION_OK)
        }
    }

    /// The error of a call that gave no result.
    func failure(of call: String) -> PQError {
        PQError(
            sqlState: nil,
            text: String(cString: PQerrorMessage(handle)).trimmed,
            call: call,
            isConnectionLost: PQstatus(handle) != CONNECTION_OK
        )
    }
}
