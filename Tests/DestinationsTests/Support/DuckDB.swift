import Foundation
import TestSupport

/// DuckDB, through the Python package of that name where it is installed.
enum DuckDB {
    static let isPossible = (try? wait(for: "import duckdb", [])) != nil

    /// Runs the directory's `views.sql` and a query after it; values as Python's `str` writes them.
    static func query(_ sql: String, in directory: String) async throws -> [[String?]] {
        try await run([sql], in: directory).last ?? []
    }

    /// Runs the directory's `views.sql` and scripts after it, in the directory; gives each one's rows.
    static func run(_ scripts: [String], in directory: String) async throws -> [[[String?]]] {
        let program = """
            import duckdb, json, os, sys
            os.chdir(sys.argv[1])
            connection = duckdb.connect()
            connection.execute("SET enable_progress_bar = false")
            connection.execute(open("_deskpipe/views.sql", encoding="utf-8").read())
            answers = [connection.execute(script).fetchall() for script in sys.argv[2:]]
            print(json.dumps([[[None if value is None else str(value) for value in row] for row in rows]
                for rows in answers]))
            """
        let answers = try await onThread { try wait(for: program, [directory] + scripts) }
        return try JSONDecoder().decode([[[String?]]].self, from: answers)
    }

    private static func wait(for script: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: String(decoding: said.suffix(2000), as: UTF8.self))
        }
        return data
    }

    /// What Python or DuckDB says.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }
}
