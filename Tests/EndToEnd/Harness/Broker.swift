import Catalog
import Foundation
import Messaging
import Model
import Testing

/// A `mock-broker` process, with the topics of one namespace made: the mock cannot make them when a client asks.
final class Broker: Sendable {
    /// The partitions of each topic, where a scenario does not say otherwise.
    static let partitions = 3

    let servers: String
    private let process: Process
    private let commands = Pipe()
    private let errorsPath: String

    /// - Parameter directory: For its files.
    init(_ namespace: Namespace, partitions: Int = Broker.partitions, in directory: URL) async throws {
        let topics = directory.appending(path: "topics")
        let port = directory.appending(path: "broker")
        let names =
            namespace.serviceTopics.map(\.name)
            + Catalog.streams.map { namespace.records($0.source, $0.name) }
        try Data(names.map { "\($0) \(partitions)\n" }.joined().utf8).write(to: topics)
        process = Process()
        process.executableURL = URL(filePath: Executable.mockBroker.path)
        process.arguments = ["--port-file", port.path, "--topics-file", topics.path, "--until-stdin-ends"]
        process.standardInput = commands
        process.standardOutput = FileHandle.nullDevice
        errorsPath = directory.appending(path: "broker.err").path
        try Data().write(to: URL(filePath: errorsPath))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errorsPath))
        try process.runTakingSignals()
        let isReady = try await eventually { FileManager.default.fileExists(atPath: port.path) }
        try #require(isReady, "mock-broker has not started")
        servers = try String(contentsOf: port, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    /// Why it ended by itself, as far as it said; nil while it is there.
    var end: String? {
        if process.isRunning { return nil }
        let said = String(decoding: FileManager.default.contents(atPath: errorsPath) ?? Data(), as: UTF8.self)
        return "status \(process.terminationStatus), \(said.suffix(400))"
    }

    /// The broker cuts its connections and takes no new ones.
    func goDown() { tell("down 1") }

    /// It is there again, with what it held.
    func comeUp() { tell("up 1") }

    /// It is gone, with all that it held.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    func stop() { kill() }

    private func tell(_ command: String) {
        commands.fileHandleForWriting.write(Data((command + "\n").utf8))
    }
}

/// Waits for something outside of this process.
/// - Returns: False where it does not come to hold in time.
func eventually(
    within limit: Duration = .seconds(180),
    _ condition: () async throws -> Bool
) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { return false }
        // Nobody tells when another process gets somewhere: it has to be looked for.
        try await Task.sleep(for: .milliseconds(10))
    }
    return true
}
