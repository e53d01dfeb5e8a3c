import Foundation

/// Runs a program to its end.
enum CommandRun {
    /// - Returns: what it said on standard output.
    /// - Throws: with what it said on standard error, when it does not end with 0.
    @discardableResult
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let directory = FileManager.default.temporaryDirectory
        let files = ["output", "errors"].map { directory.appendingPathComponent("bench-\(UUID().uuidString)-\($0)") }
        for file in files { try Data().write(to: file) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }  // best effort: temporary
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = String(decoding: try Data(contentsOf: files[1]).suffix(500), as: UTF8.self)
            throw BenchError("\(arguments[0]) failed: \(text)")
        }
        return try Data(contentsOf: files[0])
    }
}
