package import Catalog
import Crypto
package import Model

/// One stream that a run publishes: its schema as this connection has it, and where it stands.
package struct StreamOutput: Sendable {
    package let definition: StreamDefinition
    /// What is left of the definition's schema when the excluded columns are cut out.
    package let schema: StreamSchema
    /// Tells one schema from another.
    let schemaHash: String
    /// After the last page that was published.
    package var bookmark: Bookmark
    /// The version of the read in progress; nil for streams that are not read whole.
    package private(set) var tableVersion: Int64?

    package var name: StreamName { definition.name }

    /// False for one that is published beside its own read: then its bookmark keeps its place, and only its sequence
    /// and schema follow.
    package var movesBookmark = true
    /// The bookmark's replication key stays behind the present: records are read again for what changes behind it.
    let rereads: Bool

    /// - Parameters:
    ///   - excluded: paths that are cut out of its records.
    ///   - custom: columns that this account has beside the declared ones, which come first.
    package init(
        _ definition: StreamDefinition,
        excluded: [String],
        bookmark: Bookmark?,
        custom: [ColumnDefinition] = []
    ) throws {
        self.definition = definition
        if case .request(let request) = definition.origin {
            rereads = request.rereadWindow != nil
        } else {
            rereads = false
        }
        let paths = FieldPaths(definition.spliced + excluded)
        var schema = definition.schema
        let declared = Set(schema.columns.map(\.path))
        schema.columns += custom.filter { !declared.contains($0.path) }
        schema.columns.removeAll { paths.cut(column: $0.path) && !schema.key.contains($0.path) }
        self.schema = schema
        schemaHash = SHA256.hash(data: try WireJSON.bytes(of: schema)).prefix(16).hexadecimal
        self.bookmark = bookmark ?? Bookmark()
    }

    /// Begins a read, or goes on with one that was broken off: the version stays then.
    package mutating func begin(at now: Timestamp, continues: Bool) {
        guard definition.schema.replication != .incremental else { return }
        if continues, let version = bookmark.tableVersion, !bookmark.complete {
            tableVersion = version
        } else {
            tableVersion = max(now.milliseconds, (bookmark.tableVersion ?? 0) + 1)
        }
    }

    /// True while the account's own columns are not known: then what was published before stands.
    package var keepsSchema = false

    /// True when the next page has to be preceded by a schema event.
    var schemaIsDue: Bool { bookmark.reset != nil || (!keepsSchema && bookmark.schema != schemaHash) }

    /// The data of the schema event that is due; it tells the loaders of a reset, too.
    func schemaData() throws -> [UInt8] {
        var schema = schema
        schema.reset = bookmark.reset
        return try WireJSON.bytes(of: schema)
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
