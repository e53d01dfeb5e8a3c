import Foundation
import LibPQ
import Model

/// The tables of a loaded schema as files, and empty tables like them that psql copies the files into.
final class CopiedTables {
    static let schema = "bench_copy"

    private let loaded: SchemaName
    private let directory: String
    private var tables: [String] = []

    init(of loaded: SchemaName, in directory: String) throws {
        self.loaded = loaded
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    /// Writes the rows in the order in which they were loaded, once: each round loads the same.
    func export(from url: String, _ session: PQConnection) throws {
        guard tables.isEmpty else { return }
        let names = try session.execute(
            """
            SELECT c.relname FROM pg_class c WHERE c.relnamespace = '\(loaded)'::regnamespace AND c.relkind = 'r'
            AND c.relname !~ '^(_deskpipe|_sdc)_' AND pg_relation_size(c.oid) > 0 ORDER BY 1
            """
        )
        tables = (0..<names.rowCount).compactMap { names.text($0, 0) }
        try run(tables.map { "\\copy \(loaded).\"\($0)\" to '\(directory)/\($0).copy'" }, url)
    }

    /// Makes empty tables with the columns and keys of the loaded ones.
    func createTables(_ session: PQConnection) throws {
        try session.execute("CREATE SCHEMA \(Self.schema)")
        for table in tables {
            try session.execute("CREATE TABLE \(Self.schema).\"\(table)\" (LIKE \(loaded).\"\(table)\" INCLUDING ALL)")
        }
    }

    func copy(into url: String) throws {
        try run(tables.map { "\\copy \(Self.schema).\"\($0)\" from '\(directory)/\($0).copy'" }, url)
    }

    private func run(_ commands: [String], _ url: String) throws {
        let script = "\(directory)/script.sql"
        try (commands.joined(separator: "\n") + "\n").write(toFile: script, atomically: true, encoding: .utf8)
        try CommandRun.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", script])
    }
}
