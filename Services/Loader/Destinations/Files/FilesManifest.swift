import Foundation
import Loader
import Model

/// `_deskpipe/manifest.json`: whose the schema is, where loading stands, what its tables are. Replaced once for each
/// batch; what it names, and parts whose commit is at most its own, is what the schema holds.
struct FilesManifest: Codable, Hashable {
    var format = Self.newestFormat
    var owner: Owner
    /// Counts the batches.
    var commit: Int64 = 0
    /// `_sdc_batched_at` of the last batch's rows, RFC 3339 with microseconds. Rises with every commit.
    var batchedAt: String
    var positions: [Position] = []
    var tables: [FilesTable] = []
    /// The newest complete reads of tables that are read whole.
    var complete: [Complete] = []
    /// Parts that no longer count and are still there, for those who read them just now.
    var dropped: [Dropped] = []
    /// The newest schema event of each stream that had one.
    var streams: [Stream] = []
    /// Names of tables and columns that are not their own, see ``NameMap``: once here they stay for ever.
    var names: [Name] = []

    static let newestFormat = 1
    static let name = "_deskpipe/manifest.json"

    struct Owner: Codable, Hashable {
        var tenant: String
        var connection: String
        var source: String
        var createdAt: String

        enum CodingKeys: String, CodingKey {
            case tenant, connection, source
            case createdAt = "created_at"
        }
    }

    struct Position: Codable, Hashable {
        var topic: String
        var partition: Int32
        var nextOffset: Int64
        var sequence: Int64

        enum CodingKeys: String, CodingKey {
            case topic, partition, sequence
            case nextOffset = "next_offset"
        }
    }

    struct Complete: Codable, Hashable {
        var table: String
        var tableVersion: Int64

        enum CodingKeys: String, CodingKey {
            case table = "table_name"
            case tableVersion = "table_version"
        }
    }

    struct Stream: Codable, Hashable {
        var stream: StreamName
        var sequence: Int64
        var schema: StreamSchema
    }

    struct Name: Codable, Hashable {
        var table: String
        /// Empty for the table's own name.
        var column: String
        var fullName: String

        enum CodingKeys: String, CodingKey {
            case table = "table_name"
            case column = "column_name"
            case fullName = "full_name"
        }

        init(_ entry: NameMap.Entry) {
            (table, column, fullName) = (entry.table, entry.column, entry.fullName)
        }

        var entry: NameMap.Entry { NameMap.Entry(table: table, column: column, fullName: fullName) }
    }

    struct Dropped: Codable, Hashable {
        var path: String
        /// Seconds since 1970.
        var since: Int64
    }

    enum CodingKeys: String, CodingKey {
        case format, owner, commit, positions, tables, complete, dropped, streams, names
        case batchedAt = "batched_at"
    }

    init(owner: SchemaOwner, at time: Timestamp) {
        batchedAt = time.formatted(.microseconds)
        self.owner = Owner(
            tenant: owner.connection.tenant.rawValue,
            connection: owner.connection.connection.rawValue,
            source: owner.source.rawValue,
            createdAt: batchedAt
        )
    }

    var logPositions: [LogPosition] {
        positions.map {
            LogPosition(topic: $0.topic, partition: $0.partition, nextOffset: $0.nextOffset, sequence: $0.sequence)
        }
    }

    /// For each change what is held; nil where nothing is.
    func positions(of changes: [PositionChange]) -> [LogPosition?] {
        let held = logPositions
        return changes.map { change in
            held.first { $0.topic == change.new.topic && $0.partition == change.new.partition }
        }
    }

    mutating func set(_ position: LogPosition) {
        let new = Position(
            topic: position.topic,
            partition: position.partition,
            nextOffset: position.nextOffset,
            sequence: position.sequence
        )
        let place = positions.firstIndex { $0.topic == new.topic && $0.partition == new.partition }
        if let place { positions[place] = new } else { positions.append(new) }
    }

    /// Notes that a read of a table is complete.
    mutating func set(_ change: VersionChange) {
        let new = Complete(table: change.table, tableVersion: change.tableVersion)
        guard let place = complete.firstIndex(where: { $0.table == change.table }) else { return complete.append(new) }
        complete[place].tableVersion = max(complete[place].tableVersion, change.tableVersion)
    }

    /// Notes a schema event.
    mutating func set(_ declaration: StreamDeclaration) {
        let stream = declaration.schema.stream
        let new = Stream(stream: stream, sequence: declaration.sequence, schema: declaration.schema)
        streams = streams.filter { $0.stream != stream } + [new]
    }

    func place(of table: String) -> Int? { tables.firstIndex { $0.name == table } }
}
