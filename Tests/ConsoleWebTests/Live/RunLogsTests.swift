import Messaging
import Model
import Testing
import Transports

@testable import ConsoleWeb

@Suite("RunLogs")
struct RunLogsTests {
    private static let runs = (1...2).map { RunID(at: Stage.noon, randomness: (UInt64($0), 0)) }

    private static func publish(_ messages: [(RunID, String)], to stage: Stage) async throws {
        let definition = try Sample.definition()
        let partition = Partitioner.partition(of: definition.tenant, partitions: stage.transport.partitions)
        let producer = try await stage.transport.producer(.idempotent)
        try await producer.publish(
            try messages.map { run, text in
                let line = Sample.line(of: definition, run, .info, text)
                let value = try WireJSON.bytes(of: line)[...]
                let key = definition.key.description
                return Message(topic: stage.namespace.extractionLogs, partition: partition, key: key, value: value)
            }
        )
        await producer.close()
    }

    @Test("each run has its own lines, also those that came since it was looked at")
    func runs() async throws {
        let stage = try await Stage()
        let key = try Sample.definition().key
        let logs = RunLogs(stage.transport, topic: stage.namespace.extractionLogs)
        #expect(try await logs.log(of: Self.runs[0], key, LogFilter()).lines.isEmpty)
        try await Self.publish([(Self.runs[0], "a"), (Self.runs[1], "b"), (Self.runs[0], "c")], to: stage)
        let first = try await logs.log(of: Self.runs[0], key, LogFilter())
        #expect(first.lines.map(\.message) == ["a", "c"] && first.end == 3 && !first.isCut)
        try await Self.publish([(Self.runs[1], "d"), (Self.runs[0], "e")], to: stage)
        var since: [String] = []
        let end = try await logs.lines(of: Self.runs[0], key, from: first.end) { since.append($0.message) }
        #expect(since == ["e"] && end == 5)
        #expect(try await logs.log(of: Self.runs[1], key, LogFilter()).lines.map(\.message) == ["b", "d"])
    }

    @Test("another connection of the tenant does not see them")
    func others() async throws {
        let stage = try await Stage()
        try await Self.publish([(Self.runs[0], "a")], to: stage)
        let logs = RunLogs(stage.transport, topic: stage.namespace.extractionLogs)
        let other = try Sample.definition("acme", "chat").key
        #expect(try await logs.log(of: Self.runs[0], other, LogFilter()).lines.isEmpty)
    }

    @Test("of a very long log the newest lines are kept, and it says so")
    func long() async throws {
        let stage = try await Stage()
        let count = 2 * RunLogs.mostLines + 10
        try await Self.publish((0..<count).map { (Self.runs[0], "\($0)") }, to: stage)
        let logs = RunLogs(stage.transport, topic: stage.namespace.extractionLogs)
        let log = try await logs.log(of: Self.runs[0], try Sample.definition().key, LogFilter())
        #expect(log.isCut && log.lines.count == RunLogs.mostLines && log.lines.last?.message == "\(count - 1)")
    }
}
