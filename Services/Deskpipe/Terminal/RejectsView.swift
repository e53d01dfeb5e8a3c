import Foundation
import Loader
import Model
import ServiceRuntime

/// The rejected records by table and reason, as people read them.
final class RejectsView {
    private var rows: [(ConnectionKey, RejectedGroup, key: String?)] = []

    /// Reads one connection's.
    func add(
        _ schema: any DestinationSchema,
        _ selection: RejectedSelection,
        of definition: ConnectionDefinition
    ) async throws {
        let schemas = RejectsOpening.schemas(of: definition.source)
        for group in try await schema.rejectedGroups(selection) {
            var example = RejectedSelection(table: group.table, reason: group.reason)
            example.isReplayable = group.isReplayable
            let first = try await schema.rejected(example, atMost: 1, bytes: 1, after: nil).first
            let key = schemas[StreamName(rawValue: group.table)].flatMap { first?.key($0) }
            rows.append((definition.key, group, key))
        }
    }

    func print() {
        let hasMany = Set(rows.map(\.0)).count > 1
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("table", .left), ("records", .right), ("first", .left), ("last", .left), ("example key", .left),
            ("replay", .left), ("reason", .left),
        ]
        if hasMany { columns.insert(("connection", .left), at: 0) }
        var table = TextTable(columns)
        for (connection, group, key) in rows {
            var row = [
                group.table, group.count.grouped, group.first.formatted(.seconds), group.last.formatted(.seconds),
                String((key ?? "").prefix(40)).escapedForLogs, group.isReplayable ? "yes" : "no",
                group.reason.escapedForLogs,
            ]
            if hasMany { row.insert(connection.description, at: 0) }
            table.add(row)
        }
        Terminal.print(rows.isEmpty ? ["No record is rejected."] : table.lines())
    }

    /// Prints what a replay did.
    static func print(_ results: [(ConnectionKey, ReplayedTable)]) {
        guard !results.isEmpty else { return Terminal.print(["No record is rejected."]) }
        let hasMany = Set(results.map(\.0)).count > 1
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("table", .left), ("replayed", .right), ("superseded", .right), ("still rejected", .right),
        ]
        if hasMany { columns.insert(("connection", .left), at: 0) }
        var table = TextTable(columns)
        for (connection, result) in results {
            var row = [
                result.name, result.loaded.grouped, result.superseded.grouped, result.remaining.grouped,
            ]
            if hasMany { row.insert(connection.description, at: 0) }
            table.add(row)
        }
        Terminal.print(table.lines())
        for (connection, result) in results {
            if let error = result.error {
                Terminal.note(
                    "deskpipe: \(connection) \(result.name) is left as it was: \(error.message(of: connection).escapedForLogs)"
                )
            }
            guard result.hopeless > 0 else { continue }
            Terminal.note(
                "deskpipe: \(connection) \(result.name): \(result.hopeless.counted("record")) cannot be replayed, because "
                    + "not the whole of them is stored; deskpipe rejects list --table \(result.name) says why"
            )
        }
    }
}

/// Prints each rejected record of a connection as a JSON object on a line of its own, a page in memory at a time.
struct RejectsPrinter {
    let definition: ConnectionDefinition
    let showsRecords: Bool

    private static let rows = 1000
    private static let bytes = 4 << 20

    private struct Line: Encodable {
        var tenant: TenantID
        var connection: ConnectionID
        var schema: SchemaName
        var table: String
        var reason: String
        var key: String?
        var replayable: Bool
        var rejected_at: Timestamp
        var extracted_at: Timestamp?
        var sequence: Int64?
        var table_version: Int64?
        var topic: String
        var partition: Int32
        var offset: Int64
        var record_bytes: Int
        var record: String?
    }

    func print(_ schema: any DestinationSchema, _ selection: RejectedSelection) async throws {
        let schemas = RejectsOpening.schemas(of: definition.source)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var last: RejectedPlace?
        while true {
            let page = try await schema.rejected(selection, atMost: Self.rows, bytes: Self.bytes, after: last)
            guard let end = page.last else { return }
            last = end.place
            Terminal.print(
                try page.map { stored in
                    let key = schemas[StreamName(rawValue: stored.row.table)].flatMap { stored.key($0) }
                    return String(decoding: try encoder.encode(line(stored.row, key)), as: UTF8.self)
                }
            )
        }
    }

    private func line(_ row: RejectedRow, _ key: String?) -> Line {
        Line(
            tenant: definition.tenant,
            connection: definition.id,
            schema: definition.schema,
            table: row.table,
            reason: row.reason,
            key: key,
            replayable: row.replayable,
            rejected_at: row.rejectedAt,
            extracted_at: row.extractedAt,
            sequence: row.sequence,
            table_version: row.tableVersion,
            topic: row.topic,
            partition: row.partition,
            offset: row.offset,
            record_bytes: row.record.utf8.count,
            record: showsRecords ? row.record : nil
        )
    }
}
