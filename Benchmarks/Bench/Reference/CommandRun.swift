import Foundation

/// Runs a program to its end.
enum CommandRun {
    /// - Throws: with what it said on standard error, when it does not end with 0.
    static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchError("\(arguments[0]) failed: \(String(decoding: text.prefix(500), as: UTF8.self))")
        }
    }
}
