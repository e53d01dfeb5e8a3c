import CZlib
import Foundation
import GRDB

/// Reads a directory of files as its documentation says readers do, with SQLite in DuckDB's place: the rows of the
/// parts that count become tables of `raw`, and the views of `views.sql` stand over them.
struct FilesReader {
    let directory: String

    struct Manifest: Decodable {
        var owner: [String: String]
        var format: Int
        var commit: Int64
        var tables: [Table]
        var complete: [Complete]
        var dropped: [Dropped]

        struct Table: Decodable {
            var name: String
            var directory: String
            var columns: [Column]
        }

        struct Column: Decodable {
            var name: String
            var type: String
        }

        struct Complete: Decodable {
            var table_name: String
            var table_version: Int64
        }

        struct Dropped: Decodable {
            var path: String
        }
    }

    private static let rejected = [
        "_sdc_rejected_at", "table_name", "reason", "record", "_sdc_sequence", "_sdc_table_version",
        "_sdc_extracted_at", "topic", "partition", "offset", "replayable",
    ]
    private static let loads = ["id", "events", "max_bookmark", "report"]

    func manifest() throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: url("_deskpipe/manifest.json")))
    }

    /// A database in memory with what the directory holds.
    func database() throws -> DatabaseQueue {
        let manifest = try manifest()
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH ':memory:' AS raw")
            let owner = ["tenant", "connection", "source"].map { manifest.owner[$0] ?? "" }
            try database.execute(
                sql: "CREATE TABLE _deskpipe_owner AS SELECT ? AS tenant, ? AS connection, ? AS source, ? AS format",
                arguments: StatementArguments(owner) + [manifest.format]
            )
            try database.execute(
                sql: "CREATE TABLE raw._deskpipe_complete (table_name TEXT, table_version INTEGER)"
            )
            for complete in manifest.complete {
                try database.execute(
                    sql: "INSERT INTO raw._deskpipe_complete VALUES (?, ?)",
                    arguments: [complete.table_name, complete.table_version]
                )
            }
            for table in manifest.tables {
                let parts = try parts(of: table.directory)
                try fill(table.name, table.columns.map(\.name), try rows(parts), database)
            }
            for (name, columns) in [("_sdc_rejected", Self.rejected), ("_deskpipe_loads", Self.loads)] {
                try fill(name, columns, try rows(parts(of: "table=\(name)")), database)
            }
            for view in try views() { try database.execute(sql: view) }
        }
        return queue
    }

    /// All part files below a directory, less those that the rule passes over.
    func parts(of table: String) throws -> [String] {
        let commit = try manifest().commit
        let all = FileManager.default.enumerator(atPath: url(table).path)?.compactMap { $0 as? String } ?? []
        return all.filter { name in
            guard name.hasSuffix(".jsonl.gz") else { return false }
            let number = name.dropLast(".jsonl.gz".count).split(separator: "-").last.flatMap { Int64($0) }
            return (number ?? .max) <= commit
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
        let quoted = { (name: String) in "\"" + name.replacing("\"", with: "\"\"") + "\"" }
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

/// JSON objects without objects or arrays in them, with numbers as they are written.
enum FlatJSON {
    static func members(of line: ArraySlice<UInt8>) throws -> [String: DatabaseValue] {
        var members: [String: DatabaseValue] = [:]
        var place = line.startIndex + 1
        while place < line.endIndex, line[place] != UInt8(ascii: "}") {
            if line[place] == UInt8(ascii: ",") { place += 1 }
            let name = try text(line, &place)
            place += 1
            guard members[name] == nil else { throw CocoaError(.coderInvalidValue) }
            members[name] = try value(line, &place)
        }
        guard place == line.endIndex - 1 else { throw CocoaError(.coderInvalidValue) }
        return members
    }

    private static func value(_ line: ArraySlice<UInt8>, _ place: inout Int) throws -> DatabaseValue {
        if line[place] == UInt8(ascii: "\"") { return try text(line, &place).databaseValue }
        let start = place
        while line[place] != UInt8(ascii: ","), line[place] != UInt8(ascii: "}") { place += 1 }
        let word = String(decoding: line[start..<place], as: UTF8.self)
        switch word {
        case "true": return true.databaseValue
        case "false": return false.databaseValue
        default:
            // It has to be a number for every reader.
            guard Double(word)?.isFinite == true else { throw CocoaError(.coderInvalidValue) }
            return Int64(word)?.databaseValue ?? word.databaseValue
        }
    }

    private static func text(_ line: ArraySlice<UInt8>, _ place: inout Int) throws -> String {
        let start = place
        place += 1
        while line[place] != UInt8(ascii: "\"") { place += line[place] == UInt8(ascii: "\\") ? 2 : 1 }
        place += 1
        return try JSONDecoder().decode(String.self, from: Data(line[start..<place]))
    }
}

/// zlib's own reading of a gzip file.
enum Gunzip {
    static func bytes(of data: Data) throws -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw CocoaError(.fileReadCorruptFile)
        }
        defer { inflateEnd(&stream) }
        var input = [UInt8](data)
        var output: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        let code = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var code = Z_OK
            while code == Z_OK {
                room.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    code = inflate(&stream, Z_NO_FLUSH)
                }
                output += room[..<(room.count - Int(stream.avail_out))]
            }
            return code
        }
        guard code == Z_STREAM_END else { throw CocoaError(.fileReadCorruptFile) }
        return output
    }
}
