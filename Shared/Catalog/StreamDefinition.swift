package import Model

/// How a list is paged through; zendesk-api names each dialect's traps.
package enum PaginationDialect: Hashable, Sendable {
    /// `page[size]`, `page[after]`, ends with `meta.has_more == false`.
    case cursorList
    /// `start_time`, then `cursor`; ends with `end_of_stream == true`, whose `after_cursor` starts the next run.
    case incrementalCursor
    /// `start_time` inclusive; ends with `end_of_stream == true`; the last second is read again.
    case incrementalTime
}

/// The account's request budget that an endpoint draws on, beside the account's own.
package enum RateBucket: String, Hashable, Sendable {
    case account
    case incrementalExports = "incremental-exports"
    case usersCursor = "incremental-exports-cursor"
}

/// How the rows of a stream come to be read.
package enum Origin: Hashable, Sendable {
    /// By requests of its own.
    case request(Request)
    /// Out of another stream's records: the value of `field`, cut out of each.
    case field(String, of: StreamName)
}

/// The requests that bring a stream.
package struct Request: Hashable, Sendable {
    /// Below `/api/v2/`.
    package var path: String
    package var dialect: PaginationDialect
    /// The member of the answer that holds the records.
    package var envelopeKey: String
    package var pageSize: Int
    package var sideLoads: [String]
    /// Further query items, sent with each request.
    package var parameters: [String: String]
    package var bucket: RateBucket

    package init(
        path: String,
        dialect: PaginationDialect,
        envelopeKey: String,
        pageSize: Int,
        sideLoads: [String] = [],
        parameters: [String: String] = [:],
        bucket: RateBucket = .account
    ) {
        self.path = path
        self.dialect = dialect
        self.envelopeKey = envelopeKey
        self.pageSize = pageSize
        self.sideLoads = sideLoads
        self.parameters = parameters
        self.bucket = bucket
    }
}

/// One stream as data: where it comes from, what identifies its records, what its table looks like.
package struct StreamDefinition: Hashable, Sendable {
    package var source: Source
    package var origin: Origin
    package var schema: StreamSchema
    /// Top-level fields that are cut out of every record.
    package var spliced: [String]

    package init(
        _ name: StreamName,
        source: Source = .support,
        origin: Origin,
        key: [String] = ["id"],
        replication: Replication,
        replicationKey: String?,
        spliced: [String] = [],
        columns: Columns
    ) {
        self.source = source
        self.origin = origin
        self.schema = StreamSchema(
            stream: name,
            key: key,
            replication: replication,
            replicationKey: replicationKey,
            columns: columns.definitions
        )
        self.spliced = spliced
    }

    package var name: StreamName { schema.stream }
}

/// Declared columns, written by type: names separated by blanks, with the paths of ``ColumnDefinition``.
package struct Columns: Hashable, Sendable {
    package var definitions: [ColumnDefinition] = []

    package init(
        integer: String = "",
        number: String = "",
        boolean: String = "",
        dateTime: String = "",
        string: String = "",
        untyped: String = ""
    ) {
        let types: [(ColumnType, String)] = [
            (.integer, integer), (.number, number), (.boolean, boolean), (.dateTime, dateTime), (.string, string),
            (.untyped, untyped),
        ]
        for (type, names) in types {
            definitions += names.split(separator: " ").map { ColumnDefinition(path: String($0), type: type) }
        }
    }
}
