/// One table of one loaded batch (`{ns}.reports.loading` and `_deskpipe_loads`). Version 1; additive.
///
/// `events = rows_loaded + rows_unchanged + rows_superseded + rows_rejected` always holds for a succeeded load.
package struct LoadingReport: Hashable, Sendable, Codable {
    package var version = 1
    /// Readers count an id once: reports are published at least once.
    package var id: String
    package var tenant: TenantID
    package var connection: ConnectionID
    package var source: Source
    package var stream: StreamName
    package var schema: SchemaName
    package var table: String
    package var status: Status
    package var startedAt: Timestamp
    package var completedAt: Timestamp
    package var durationMilliseconds: Int64
    /// Record events of this table in the batch; repeats, schema and version events are not counted.
    package var events: Int
    /// Rows inserted or updated.
    package var rowsLoaded: Int
    package var rowsInserted: Int
    package var rowsUpdated: Int
    /// Records of a kept list whose row is already the same.
    package var rowsUnchanged: Int
    /// Records for which a later event of the batch, or the table, has a sequence at least as high.
    package var rowsSuperseded: Int
    /// Rows deleted, or marked as deleted, by a complete full read.
    package var rowsDeleted: Int
    package var rowsRejected: Int
    package var subtables: [Subtable]
    /// Bytes of the records' JSON.
    package var bytes: Int
    package var maxBookmark: MaxBookmark?
    package var maxExtractedAt: Timestamp?
    /// Commit minus the newest record's extraction.
    package var lagMilliseconds: Int64?
    package var batch: BatchRange
    package var tableVersion: Int64?
    /// The highest sequence among the batch's events of this stream; nil where none could be read.
    package var maxSequence: Int64?
    package var schemaChanges: [String]
    /// U+0000 characters that were left out of texts; nil for none.
    package var nulsRemoved: Int?
    /// Lone surrogates of texts that became U+FFFD; nil for none.
    package var surrogatesReplaced: Int?
    package var error: String?
    /// True for a failed one that tells of records that the log lost before they were loaded; nil else.
    package var isGap: Bool?
    /// True for records that an earlier report counted as rejected, and that `rejects replay` has loaded or tried again;
    /// nil for records out of the log.
    package var isReplay: Bool?

    package enum Status: String, Hashable, Sendable, Codable {
        case succeeded
        case failed
    }

    package struct Subtable: Hashable, Sendable, Codable {
        package var table: String
        package var rowsLoaded: Int

        package init(table: String, rowsLoaded: Int) {
            self.table = table
            self.rowsLoaded = rowsLoaded
        }

        enum CodingKeys: String, CodingKey {
            case table
            case rowsLoaded = "rows_loaded"
        }
    }

    package struct MaxBookmark: Hashable, Sendable, Codable {
        package var column: String
        package var value: String

        package init(column: String, value: String) {
            self.column = column
            self.value = value
        }
    }

    /// The offsets of the batch's first and last event of this stream's topic.
    package struct BatchRange: Hashable, Sendable, Codable {
        package var topic: String
        package var partition: Int32
        package var firstOffset: Int64
        package var lastOffset: Int64

        package init(topic: String, partition: Int32, firstOffset: Int64, lastOffset: Int64) {
            self.topic = topic
            self.partition = partition
            self.firstOffset = firstOffset
            self.lastOffset = lastOffset
        }

        enum CodingKeys: String, CodingKey {
            case topic, partition
            case firstOffset = "first_offset"
            case lastOffset = "last_offset"
        }
    }

    package var key: ConnectionKey { ConnectionKey(tenant: tenant, connection: connection) }

    package init(
        id: String,
        connection: ConnectionDefinition,
        stream: StreamName,
        table: String,
        status: Status,
        startedAt: Timestamp,
        completedAt: Timestamp,
        batch: BatchRange
    ) {
        self.init(
            id: id,
            key: connection.key,
            source: connection.source,
            stream: stream,
            schema: connection.schema,
            table: table,
            status: status,
            startedAt: startedAt,
            completedAt: completedAt,
            batch: batch
        )
    }

    package init(
        id: String,
        key: ConnectionKey,
        source: Source,
        stream: StreamName,
        schema: SchemaName,
        table: String,
        status: Status,
        startedAt: Timestamp,
        completedAt: Timestamp,
        batch: BatchRange
    ) {
        self.id = id
        self.tenant = key.tenant
        self.connection = key.connection
        self.source = source
        self.stream = stream
        self.schema = schema
        self.table = table
        self.status = status
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.durationMilliseconds = (completedAt - startedAt).wholeMilliseconds
        self.events = 0
        self.rowsLoaded = 0
        self.rowsInserted = 0
        self.rowsUpdated = 0
        self.rowsUnchanged = 0
        self.rowsSuperseded = 0
        self.rowsDeleted = 0
        self.rowsRejected = 0
        self.subtables = []
        self.bytes = 0
        self.batch = batch
        self.schemaChanges = []
    }

    /// True when every record event is accounted for exactly once.
    package var isBalanced: Bool { events == rowsLoaded + rowsUnchanged + rowsSuperseded + rowsRejected }

    enum CodingKeys: String, CodingKey {
        case version, id, tenant, connection, source, stream, schema, table, status, events, subtables, bytes, batch
        case error
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case durationMilliseconds = "duration_ms"
        case rowsLoaded = "rows_loaded"
        case rowsInserted = "rows_inserted"
        case rowsUpdated = "rows_updated"
        case rowsUnchanged = "rows_unchanged"
        case rowsSuperseded = "rows_superseded"
        case rowsDeleted = "rows_deleted"
        case rowsRejected = "rows_rejected"
        case maxBookmark = "max_bookmark"
        case maxExtractedAt = "max_extracted_at"
        case lagMilliseconds = "lag_ms"
        case tableVersion = "table_version"
        case maxSequence = "max_sequence"
        case schemaChanges = "schema_changes"
        case nulsRemoved = "nuls_removed"
        case surrogatesReplaced = "surrogates_replaced"
        case isReplay = "replay"
        case isGap = "gap"
    }
}
