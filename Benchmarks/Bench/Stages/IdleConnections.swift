import Foundation
import Messaging
import Model
import Transports

/// What connections cost that wait for their next slot: an extractor with many of them beside one with none.
enum IdleConnections {
    /// What one may have resident.
    private static let mostBytes = 32 << 10
    /// Processor time that all of them may take in ``watched``, beyond what none take.
    private static let mostMilliseconds = 300.0
    private static let watched = Duration.seconds(10)

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let program = workload.options.deskpipe else { return [] }
        let count = workload.options.isQuick ? 2000 : 10_000
        let none = try await measure(0, program, workload)
        let many = try await measure(count, program, workload)
        let name = "\(Figures.number(Double(count))) idle connections"
        let comparison = "the same program without connections"
        return [
            Count(
                line: "\(name), resident",
                unit: "MB",
                ours: many.bytes / 1_000_000,
                reference: none.bytes / 1_000_000,
                comparedWith: comparison
            ),
            Count(
                line: "\(name), resident for each",
                unit: "bytes",
                ours: ((many.bytes - none.bytes) / Double(count)).rounded(),
                comparedWith: "its bound",
                most: Double(mostBytes)
            ),
            Count(
                line: "\(name), CPU",
                unit: "ms in 10 s",
                ours: many.milliseconds,
                reference: none.milliseconds,
                comparedWith: comparison,
                most: none.milliseconds + mostMilliseconds
            ),
        ]
    }

    private struct Measured {
        /// Resident.
        var bytes: Double
        /// Of processor time, in ``watched``.
        var milliseconds: Double
    }

    private static func measure(_ count: Int, _ program: String, _ workload: Workload) async throws -> Measured {
        let directory = workload.path("idle")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let log = "\(directory)/log.sqlite"
        try await publish(count, log)
        let configuration = "\(directory)/deskpipe.yaml"
        let text = "namespace: \(Workload.namespace)\ntransport: embedded:\(log)\nconnections: []\n"
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
        let output = "\(directory)/output"
        try Data().write(to: URL(fileURLWithPath: output))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["extractor", "--log-level", "info", "--config", configuration]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try process.run()
        defer {
            // Nothing of it is needed any more.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            workload.remove(log)
        }
        let status = ProcessStatus(process.processIdentifier)
        try await until("the connections are taken up") {
            guard process.isRunning else {
                let said = try String(contentsOfFile: output, encoding: .utf8)
                throw BenchError("the extractor ended: \(said.suffix(500))")
            }
            return try takenUp(output) == count
        }
        try await until("the extractor is idle") {
            let before = try status.processorSeconds()
            try await Task.sleep(for: .seconds(2))
            return try status.processorSeconds() - before < 0.1
        }
        let before = try status.processorSeconds()
        try await Task.sleep(for: watched)
        let milliseconds = (try status.processorSeconds() - before) * 1000
        return Measured(bytes: try status.residentBytes(), milliseconds: milliseconds.rounded())
    }

    private static func until(_ what: String, _ isTrue: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try await !isTrue() {
            guard ContinuousClock.now < deadline else { throw BenchError("waited in vain until \(what)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// How many connections the extractor has, as its log says; nil before it has looked.
    private static func takenUp(_ output: String) throws -> Int? {
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("connections taken up") }
        guard !lines.isEmpty else { return nil }
        return lines.compactMap { $0.firstMatch(of: /count=(\d+)/).flatMap { Int($0.1) } }.reduce(0, +)
    }

    /// Connections of as many tenants that ran just now and run again in a month.
    private static func publish(_ count: Int, _ path: String) async throws {
        let log = try EmbeddedTransport(path: path)
        try await log.prepare(Workload.namespace.serviceTopics)
        var state = ConnectionState()
        state.lastScheduledStart = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        var messages: [Message] = []
        for number in 0..<count {
            guard let tenant = TenantID(rawValue: "tenant-\(number)"), let id = ConnectionID(rawValue: "support"),
                let schema = SchemaName(rawValue: "tenant_\(number)"),
                let subdomain = SitePrefix(rawValue: "tenant-\(number)")
            else { throw BenchError("not names: \(number)") }
            let definition = ConnectionDefinition(
                tenant: tenant,
                id: id,
                name: "idle",
                schema: schema,
                source: .support,
                subdomain: subdomain,
                auth: .oauthToken(token: .environment(SimulatorAccount.tokenVariable)),
                startDate: Timestamp(seconds: 1_700_000_000),
                schedule: Schedule(everySeconds: 30 * 86_400)
            )
            messages.append(try log.message(Workload.namespace.connections, definition.key, definition))
            messages.append(
                Message(
                    topic: Workload.namespace.bookmarks,
                    partition: log.partition(of: definition.key),
                    key: MessageKey.state(definition.key),
                    value: try WireJSON.bytes(of: state)[...]
                )
            )
        }
        if !messages.isEmpty { try await log.publish(messages) }
        await log.close()
    }
}

/// What the kernel says of a process that runs.
private struct ProcessStatus {
    private let directory: String

    init(_ id: Int32) { directory = "/proc/\(id)" }

    func residentBytes() throws -> Double {
        (Double(try fields("statm")[1]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// So far, of all its threads.
    func processorSeconds() throws -> Double {
        let fields = try fields("stat")
        return ((Double(fields[13]) ?? 0) + (Double(fields[14]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func fields(_ file: String) throws -> [Substring] {
        try String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8).split(separator: " ")
    }
}
