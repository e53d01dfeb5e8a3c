/// The type of a declared column.
package enum ColumnType: String, Hashable, Sendable, Codable {
    case integer
    case number
    case boolean
    case dateTime = "date-time"
    case string
    /// No declared type: one text column, never split.
    case untyped
}

/// One declared column of a stream.
package struct ColumnDefinition: Hashable, Sendable, Codable {
    /// Names joined by `.`, `[]` after an array: `via.source.from.id`, `collaborator_ids[]`, `custom_fields[].value`.
    package var path: String
    package var type: ColumnType

    package init(path: String, type: ColumnType) {
        self.path = path
        self.type = type
    }
}

/// How a stream is read, and what that means for its table.
package enum Replication: String, Hashable, Sendable, Codable {
    /// Changed records only; rows are upserted and stay.
    case incremental
    /// Read whole, rows kept: one that a complete read no longer brings gets `_sdc_deleted_at`.
    case kept
    /// Read whole: a complete read replaces the table.
    case full
}

/// The data of a `deskpipe.stream.schema.v1` event: the columns and key of a stream as this account has them.
package struct StreamSchema: Hashable, Sendable, Codable {
    package var stream: StreamName
    /// Top-level fields that make the key, in order; empty for a stream without one.
    package var key: [String]
    package var replication: Replication
    /// The field whose greatest value is the table's bookmark.
    package var replicationKey: String?
    package var columns: [ColumnDefinition]
    /// The mark of the newest reset: the stream is read anew, and a table that is not as it was is made anew.
    package var reset: Int64?

    package init(
        stream: StreamName,
        key: [String],
        replication: Replication,
        replicationKey: String?,
        columns: [ColumnDefinition],
        reset: Int64? = nil
    ) {
        self.stream = stream
        self.key = key
        self.replication = replication
        self.replicationKey = replicationKey
        self.columns = columns
        self.reset = reset
    }

    enum CodingKeys: String, CodingKey {
        case stream, key, replication, columns, reset
        case replicationKey = "replication_key"
    }
}

/// The data of a `deskpipe.stream.version.v1` event: a full read is complete.
package struct StreamVersion: Hashable, Sendable, Codable {
    package var stream: StreamName
    package var tableVersion: Int64

    package init(stream: StreamName, tableVersion: Int64) {
        self.stream = stream
        self.tableVersion = tableVersion
    }

    enum CodingKeys: String, CodingKey {
        case stream
        case tableVersion = "tableversion"
    }
}

/// The data of a `deskpipe.record.rejected.v1` event: a record that cannot pass, in its place.
package struct RejectedRecord: Hashable, Sendable, Codable {
    /// The record's key where it could be read.
    package var key: String?
    /// Why, in words for people; never the record's content.
    package var reason: String
    /// The record's length in bytes.
    package var length: Int
    /// Its first 64 KiB, invalid UTF-8 replaced.
    package var head: String

    package init(key: String?, reason: String, length: Int, head: String) {
        self.key = key
        self.reason = reason
        self.length = length
        self.head = head
    }
}
