import Foundation
import TestSupport

/// One check of `Checks/checks.py` against the binary that was built beside the tests.
enum Check {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a program to its end.
    /// - Returns: its status, and what it said on both outputs.
    static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await onThread { try wait(for: program, arguments) }
    }

    private static func wait(for program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        var environment = ProcessInfo.processInfo.environment
        environment["CHECKED_BINARY"] = binary.path
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// The problems that a check finds, one a line; nothing where all is well.
    static func problems(_ name: String) async throws -> String {
        let script = root.appending(path: "Tests/DeployTests/Checks/checks.py").path
        let (status, output) = try await run("python3", [script, name])
        let text = output.trimmingCharacters(in: .whitespacesAndNewlines)
        return status == 0 ? text : text.isEmpty ? "the check ended with \(status)" : text
    }

    static func has(_ program: String) -> Bool { works("which", [program]) }

    static func hasModule(_ name: String) -> Bool { works("python3", ["-c", "import \(name)"]) }

    private static func works(_ program: String, _ arguments: [String]) -> Bool {
        (try? wait(for: program, arguments).status) == 0
    }

    static let binary: URL = {
        let tests = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appending(path: "deskpipe")
    }()
}
