import Loader

/// The tables that Deskpipe keeps beside the rows, the same in every database.
enum BookkeepingTable: String, CaseIterable {
    case owner = "_deskpipe_owner"
    case positions = "_deskpipe_positions"
    /// See ``TableEntry``.
    case tables = "_deskpipe_tables"
    /// Names that the database could not take as they are: see ``NameMap``.
    case names = "_deskpipe_names"
    /// By stream its newest schema event, and whether its table has had rows.
    case streams = "_deskpipe_streams"
    /// The records of kept lists: by record key the newest sequence, version and hash, the row's key columns as a
    /// JSON array, and whether the row is marked as deleted.
    case keys = "_deskpipe_keys"
    /// Loading reports of the last 60 days.
    case loads = "_deskpipe_loads"
    case outbox = "_deskpipe_outbox"
    case rejected = "_sdc_rejected"

    /// The number that `_deskpipe_owner.format` carries for all of them.
    ///
    /// 2 added `_deskpipe_names` and `_deskpipe_streams`.
    static let format = 2

    var columns: [Column] {
        switch self {
        case .owner:
            [
                Column("tenant", .text), Column("connection", .text), Column("source", .text),
                Column("created_at", .timestamp), Column("format", .integer),
            ]
        case .positions:
            [
                Column("topic", .text), Column("partition", .integer), Column("next_offset", .integer),
                Column("sequence", .integer),
            ]
        case .tables:
            [
                Column("table_name", .text), Column("kind", .text), Column("key_columns", .text),
                Column("root", .text), Column("column_types", .text),
            ]
        case .names:
            [Column("table_name", .text), Column("column_name", .text), Column("full_name", .text)]
        case .streams:
            [
                Column("stream", .text), Column("sequence", .integer), Column("schema", .text),
                Column("has_rows", .boolean),
            ]
        case .keys:
            [
                Column("table_name", .text), Column("record_key", .text), Column("row_key", .text),
                Column("sequence", .integer), Column("table_version", .integer), Column("digest", .text),
                Column("deleted", .boolean),
            ]
        case .loads: LoadsRow.columns
        case .outbox:
            // `place`, made by the database, keeps the order.
            [
                Column("id", .text), Column("topic", .text), Column("message_key", .text), Column("body", .text),
                Column("created", .timestamp),
            ]
        case .rejected:
            [
                Column("_sdc_rejected_at", .timestamp), Column("table_name", .text), Column("reason", .text),
                Column("record", .text), Column("_sdc_sequence", .integer), Column("_sdc_table_version", .integer),
                Column("_sdc_extracted_at", .timestamp), Column("topic", .text), Column("partition", .integer),
                Column("offset", .integer), Column("replayable", .boolean),
            ]
        }
    }

    var key: [String] {
        switch self {
        case .owner: ["tenant", "connection"]
        case .positions: ["topic", "partition"]
        case .tables: ["table_name"]
        case .names: ["table_name", "column_name"]
        case .streams: ["stream"]
        case .keys: ["table_name", "record_key"]
        case .loads: ["id"]
        case .outbox: ["place"]
        case .rejected: []
        }
    }
}
