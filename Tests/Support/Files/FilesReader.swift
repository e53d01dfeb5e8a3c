import Foundation
package import GRDB

/// Reads a directory of files as its documentation says readers do, with SQLite in DuckDB's place: the rows of the
/// parts that count become tables of `raw`, and the views of `views.sql` stand over them.
package struct FilesReader {
    private let directory: String

    /// The part of `_deskpipe/manifest.json` that readers need.
    package struct Manifest: Decodable {
        package var owner: [String: String]
        package var format: Int
        package var commit: Int64
        package var tables: [Table]
        package var complete: [Complete]
        package var dropped: [Dropped]
        package var names: [Name]

        package struct Table: Decodable {
            package var name: String
            package var directory: String
            package var columns: [Column]
        }

        package struct Column: Decodable {
            package var name: String
            package var type: String
        }

        package struct Complete: Decodable {
            package var table: String
            package var version: Int64

            enum CodingKeys: String, CodingKey {
                case table = "table_name"
                case version = "table_version"
            }
        }

        package struct Dropped: Decodable {
            package var path: String
        }

        package struct Name: Decodable {
            package var table: String
            package var column: String
            package var fullName: String

            enum CodingKeys: String, CodingKey {
                case table = "table_name"
                case column = "column_name"
                case fullName = "full_name"
            }
        }
    }

    package init(directory: String) {
        self.directory = directory
    }

    private static let rejected = [
        "_sdc_rejected_at", "table_name", "reason", "record", "_sdc_sequence", "_sdc_table_version",
        "_sdc_extracted_at", "topic", "partition", "offset", "replayable",
    ]
    private static let loads = [
        "id", "stream", "table_name", "status", "events", "rows_loaded", "rows_inserted", "rows_updated",
        "rows_unchanged", "rows_superseded", "rows_rejected", "max_bookmark", "topic", "partition", "first_offset",
        "last_offset", "report",
    ]

    package func manifest() throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: url("_deskpipe/manifest.json")))
    }

    /// A database in memory with what the directory holds.
    package func database() throws -> DatabaseQueue {
        let manifest = try manifest()
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH ':memory:' AS raw")
            let owner = ["tenant", "connection", "source"].map { manifest.owner[$0] ?? "" }
            try database.execute(
                sql: "CREATE TABLE _deskpipe_owner AS SELECT ? AS tenant, ? AS connection, ? AS source, ? AS format",
                arguments: StatementArguments(owner) + [manifest.format]
            )
            let complete = manifest.complete.map {
                ["table_name": $0.table.databaseValue, "table_version": $0.version.databaseValue]
            }
            try fill("_deskpipe_complete", ["table_name", "table_version"], complete, database)
            let names = manifest.names.map { name in
                ["table_name": name.table, "column_name": name.column, "full_name": name.fullName]
                    .mapValues(\.databaseValue)
            }
            try fill("_deskpipe_names", ["table_name", "column_name", "full_name"], names, database)
            for table in manifest.tables {
                try fill(table.name, table.columns.map(\.name), try rows(parts(of: table.directory)), database)
            }
            for (name, columns) in [("_sdc_rejected", Self.rejected), ("_deskpipe_loads", Self.loads)] {
                try fill(name, columns, try rows(parts(of: "table=\(name)")), database)
            }
            for view in try views() { try database.execute(sql: view) }
        }
        return queue
    }

    /// All part files below a directory, less those that the rule passes over.
    package func parts(of table: String) throws -> [String] {
        let manifest = try manifest()
        // Other tables leave dropped parts out by their version.
        let dropped = table == "table=_sdc_rejected" ? Set(manifest.dropped.map(\.path)) : []
        let all = FileManager.default.enumerator(atPath: url(table).path)?.compactMap { $0 as? String } ?? []
        return all.filter { name in
            guard name.hasSuffix(".jsonl.gz") else { return false }
            let number = name.dropLast(".jsonl.gz".count).split(separator: "-").last.flatMap { Int64($0) }
            return (number ?? .max) <= manifest.commit && !dropped.contains("\(table)/\(name)")
        }.sorted().map { "\(table)/\($0)" }
    }

    /// The views of the newest rows, as SQLite takes them.
    private func views() throws -> [String] {
        let script = try String(contentsOf: url("_deskpipe/views.sql"), encoding: .utf8)
        return script.components(separatedBy: "\n\nCREATE OR REPLACE VIEW ").dropFirst().compactMap { text in
            text.hasPrefix("raw.") ? nil : "CREATE TEMP VIEW " + text
        }
    }

    private func rows(_ parts: [String]) throws -> [[String: DatabaseValue]] {
        try parts.flatMap { part in
            let bytes = try Gunzip.bytes(of: Data(contentsOf: url(part)))
            return try bytes.split(separator: UInt8(ascii: "\n")).map { try FlatJSON.members(of: $0) }
        }
    }

    private func fill(
        _ name: String,
        _ columns: [String],
        _ rows: [[String: DatabaseValue]],
        _ database: Database
    ) throws {
        // By scalars, as databases see them.
        let quoted = { (name: String) in
            "\"" + String(String.UnicodeScalarView(name.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] })) + "\""
        }
        let list = columns.map(quoted).joined(separator: ", ")
        try database.execute(sql: "CREATE TABLE raw.\(quoted(name)) (\(list))")
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        for row in rows {
            try database.execute(
                sql: "INSERT INTO raw.\(quoted(name)) (\(list)) VALUES (\(marks))",
                arguments: StatementArguments(columns.map { row[$0] ?? .null })
            )
        }
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: directory).appendingPathComponent(name) }
}
