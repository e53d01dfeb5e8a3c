import CLibpq

/// Owns a `PGresult`: the rows and the status of one statement.
package final class PQResult {
    private let handle: OpaquePointer

    /// Takes the handle over.
    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { PQclear(handle) }

    package var rowCount: Int { Int(PQntuples(handle)) }

    package var columnCount: Int { Int(PQnfields(handle)) }

    /// What the server calls the statement when it is done: `COMMIT`, `INSERT 0 3`.
    package var commandTag: String { String(cString: PQcmdStatus(handle)) }

    /// The number of rows that the statement wrote; 0 where it writes none.
    package var affectedRows: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// A value in PostgreSQL's text format; nil for NULL.
    package func text(_ row: Int, _ column: Int) -> String? {
        guard PQgetisnull(handle, Int32(row), Int32(column)) == 0 else { return nil }
        return String(cString: PQgetvalue(handle, Int32(row), Int32(column)))
    }

    /// A value of an integer type; nil for NULL.
    package func integer(_ row: Int, _ column: Int) -> Int64? {
        text(row, column).flatMap { Int64($0) }
    }

    var status: ExecStatusType { PQresultStatus(handle) }

    /// What went wrong; of use only where ``status`` says that something did.
    func error(call: String, isConnectionLost: Bool) -> PQError {
        PQError(
            sqlState: field("C"),
            text: field("M") ?? String(cString: PQresultErrorMessage(handle)).trimmed,
            context: field("W"),
            column: field("c"),
            call: call,
            isConnectionLost: isConnectionLost
        )
    }

    /// A field of the error by its code in the protocol (`PG_DIAG_*`, character constants that Swift does not import).
    /// Source: https://www.postgresql.org/docs/15/protocol-error-fields.html
    private func field(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(handle, Int32(code.value)).map { String(cString: $0) }
    }
}

extension String {
    /// Without the line end that libpq's messages have.
    var trimmed: String {
        var text = Substring(self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
