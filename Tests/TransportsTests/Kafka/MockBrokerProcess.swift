import Foundation
import RDKafka

/// A `mock-broker` process of one test; it ends with the test's process at the latest.
actor MockBrokerProcess {
    private let executor = BlockingExecutor(label: "mock-broker")
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest: [UInt8] = []
    nonisolated let bootstrapServers: [String]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(brokers: Int = 1, arguments: [String] = []) throws {
        process.executableURL = Self.executable
        process.arguments = ["--brokers", "\(brokers)", "--until-stdin-ends"] + arguments
        process.standardInput = input
        process.standardOutput = output
        // What the cluster logs of connections that a test cut is no one's business.
        process.standardError = FileHandle.nullDevice
        try process.run()
        var rest: [UInt8] = []
        bootstrapServers = try Self.line(output, &rest).split(separator: ",").map(String.init)
        self.rest = rest
    }

    /// The product that was built beside the tests.
    private static var executable: URL {
        let tests = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appendingPathComponent("mock-broker")
    }

    /// Has a command obeyed; see `MockCommand`.
    func perform(_ command: String) throws {
        input.fileHandleForWriting.write(Data((command + "\n").utf8))
        let answer = try Self.line(output, &rest)
        guard answer == "ok" else { throw MockBrokerFault("\(command): \(answer)") }
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    private static func line(_ pipe: Pipe, _ rest: inout [UInt8]) throws -> String {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeSubrange(...end) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { throw MockBrokerFault("mock-broker has ended") }
            rest += data
        }
    }
}

/// What `mock-broker` did not do.
struct MockBrokerFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
