/// What libpq or the server said when a call failed.
package struct PQError: Error, Hashable, Sendable {
    /// The five characters of PostgreSQL's error codes; nil when libpq itself failed.
    /// Source: https://www.postgresql.org/docs/15/errcodes-appendix.html
    package var sqlState: String?
    /// The primary message. It can quote a value.
    package var text: String
    /// Where the server was: for COPY the line and the column, and the value.
    package var context: String?
    /// The column that a constraint stands on.
    package var column: String?
    /// libpq's function that failed.
    package var call: String
    /// True when the connection cannot be used any more.
    package var isConnectionLost: Bool

    package init(
        sqlState: String?,
        text: String,
        context: String? = nil,
        column: String? = nil,
        call: String,
        isConnectionLost: Bool
    ) {
        self.sqlState = sqlState
        self.text = text
        self.context = context
        self.column = column
        self.call = call
        self.isConnectionLost = isConnectionLost
    }

    /// The first two characters of ``sqlState``.
    package var sqlClass: String? { sqlState.map { String($0.prefix(2)) } }
}
