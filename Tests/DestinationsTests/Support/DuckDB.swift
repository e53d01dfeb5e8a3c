import Foundation

/// DuckDB, through the Python package of that name where it is installed.
enum DuckDB {
    static let isPossible = (try? run("import duckdb", [])) != nil

    /// Runs the directory's `views.sql` and a query after it; values as Python's `str` writes them.
    static func query(_ sql: String, in directory: String) throws -> [[String?]] {
        let script = """
            import duckdb, json, sys
            connection = duckdb.connect()
            connection.execute(open(sys.argv[1] + "/_deskpipe/views.sql", encoding="utf-8").read())
            rows = connection.execute(sys.argv[2]).fetchall()
            print(json.dumps([[None if value is None else str(value) for value in row] for row in rows]))
            """
        return try JSONDecoder().decode([[String?]].self, from: run(script, [directory, sql]))
    }

    private static func run(_ script: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return data
    }
}
