import Foundation
import GRDB
import Messaging
import Model
import Synchronization
import TestSupport
import Testing
import Transports

/// The namespace of the tests' topics.
let testNamespace: Namespace = {
    guard let namespace = Namespace(rawValue: "test") else { preconditionFailure("not a name") }
    return namespace
}()

/// An embedded log whose time and disk a test sets.
final class LogFixture: Sendable {
    let directory: TemporaryDirectory
    let clock = ManualClock()
    let freeBytes = Mutex<Int64>(100 << 30)
    let tickets = testNamespace.records(.support, "tickets")
    let partition: TopicPartition

    init() throws {
        directory = try TemporaryDirectory()
        partition = TopicPartition(topic: tickets, partition: 0)
    }

    var path: String { directory.path("log.sqlite") }

    func settings(keep: Duration = .seconds(86_400), max: Int64 = 1 << 30, partitions: Int32 = 2) -> EmbeddedSettings {
        EmbeddedSettings(
            keep: keep,
            max: max,
            partitions: partitions,
            now: { [clock] in clock.now() },
            freeBytes: { [self] _ in freeBytes.withLock { $0 } }
        )
    }

    /// Opens the log, with the topics of one record stream and of the services.
    func open(_ settings: EmbeddedSettings? = nil) async throws -> EmbeddedTransport {
        let transport = try EmbeddedTransport(path: path, settings: settings ?? self.settings())
        try await transport.prepare([testNamespace.recordTopic(.support, "tickets")] + testNamespace.serviceTopics)
        return transport
    }

    /// Publishes `count` messages of `bytes` each into the tickets' first partition.
    func publish(_ count: Int, of bytes: Int = 10, name: String = "m", to transport: EmbeddedTransport) async throws {
        let value = [UInt8](repeating: 120, count: bytes)[...]
        let messages = (0..<count).map { Message(topic: tickets, partition: 0, key: "\(name)-\($0)", value: value) }
        try await transport.producer(.idempotent).publish(messages)
    }

    func publish(_ topic: String, _ key: String, _ value: String?, to transport: EmbeddedTransport) async throws {
        let message = Message(topic: topic, partition: 0, key: key, value: value.map { Array($0.utf8)[...] })
        try await transport.producer(.idempotent).publish([message])
    }

    /// Keys of all that a topic holds.
    func keys(of topic: String? = nil, in transport: EmbeddedTransport) async throws -> [String] {
        let reader = try await transport.reader(of: topic ?? tickets, partitions: nil, from: [:])
        var keys: [String] = []
        while let some = try await reader.next(atMost: 1000) { keys += some.map { $0.keyText ?? "" } }
        return keys
    }

    /// Joins a group and commits the tickets' first partition up to an offset.
    func commit(_ offset: Int64, group: String, in transport: EmbeddedTransport) async throws {
        let consumer = try await transport.consumer(group: group, topics: [tickets])
        _ = try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(1))
        try await consumer.commit([partition: offset])
        await consumer.close()
    }

    /// The size of the log's file, without its write-ahead log.
    func fileBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

    /// Changes the file behind the transport's back.
    func tamper(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
