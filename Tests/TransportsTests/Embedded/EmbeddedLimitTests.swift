import Messaging
import Model
import Synchronization
import TestSupport
import Testing
import Transports

@Suite("The limits of the embedded log")
struct EmbeddedLimitTests {
    let log: LogFixture

    init() throws {
        log = try LogFixture()
    }

    /// Publishes until the log is full; gives the pages that went in.
    private func fill(_ transport: EmbeddedTransport, of bytes: Int = 4000) async throws -> Int {
        for page in 0..<1000 {
            do {
                try await log.publish(50, of: bytes, name: "p\(page)", to: transport)
            } catch MessagingError.full {
                return page
            }
        }
        Issue.record("the log never filled up")
        return 1000
    }

    @Test("at its bound publish says full and writes nothing; when the groups have caught up it goes on")
    func bound() async throws {
        let transport = try await log.open(log.settings(max: 8 << 20))
        _ = try await transport.consumer(group: "g", topics: [log.tickets])
        let pages = try await fill(transport)
        #expect((30...45).contains(pages), "\(pages) pages of 200 KB in 8 MiB")
        #expect(try await log.keys(in: transport).count == pages * 50)
        #expect(try log.fileBytes() <= 8 << 20)
        for _ in 0..<3 {
            await #expect(throws: MessagingError.self) { try await log.publish(50, of: 4000, to: transport) }
        }
        // Loaded, though far younger than `keep`: the bound comes before.
        try await log.commit(Int64(pages * 25), group: "g", in: transport)
        try await log.publish(50, of: 4000, name: "after", to: transport)
        let keys = try await log.keys(in: transport)
        #expect(keys.last == "after-49")
        #expect(keys.contains("p\(pages - 1)-49"), "an uncommitted record was dropped")
        #expect(keys.contains("p\(pages / 2 + 1)-0"), "an uncommitted record was dropped")
        #expect(try log.fileBytes() <= 8 << 20)
        await transport.close()
    }

    @Test("records that are loaded at once, and kept for a while, stay within the bound")
    func loadedAtOnce() async throws {
        let transport = try await log.open(log.settings(max: 8 << 20))
        _ = try await transport.consumer(group: "g", topics: [log.tickets])
        for page in 0..<100 {
            try await log.publish(50, of: 4000, name: "p\(page)", to: transport)
            try await log.commit(Int64(page + 1) * 50, group: "g", in: transport)
        }
        #expect(try log.fileBytes() <= 8 << 20)
        await transport.close()
    }

    @Test("a page larger than the bound goes through alone, when all before it is loaded")
    func largePage() async throws {
        let transport = try await log.open(log.settings(max: 1 << 20))
        _ = try await transport.consumer(group: "g", topics: [log.tickets])
        for page in 0..<3 {
            try await log.publish(500, of: 4000, name: "p\(page)", to: transport)
            let error = await #expect(throws: MessagingError.self) { try await log.publish(1, to: transport) }
            guard case .full = error else {
                Issue.record("not full but \(String(describing: error))")
                return
            }
            try await log.commit(Int64(page + 1) * 500, group: "g", in: transport)
        }
        #expect(try log.fileBytes() < 8 << 20)
        await transport.close()
    }

    @Test("records that no group has done are never dropped for room")
    func nothingToDrop() async throws {
        let transport = try await log.open(log.settings(max: 8 << 20))
        let pages = try await fill(transport)
        log.clock.advance(by: .days(1000))
        await #expect(throws: MessagingError.self) { try await log.publish(50, of: 4000, to: transport) }
        #expect(try await log.keys(in: transport).count == pages * 50)
        await transport.close()
    }

    @Test("a full log still takes commits, and opens again")
    func commitsWhenFull() async throws {
        let settings = log.settings(max: 8 << 20)
        var transport = try await log.open(settings)
        _ = try await fill(transport)
        try await log.commit(10, group: "g", in: transport)
        await transport.close()
        transport = try await log.open(settings)
        let consumer = try await transport.consumer(group: "g", topics: [log.tickets])
        let start = try await consumer.receive(atMost: 1, bytes: 1, within: .seconds(5)).assignment
        #expect(start?.starts[log.partition]?.offset == 10)
        await transport.close()
    }

    @Test("the disk's last GiB is not taken; there is room again when the disk has some")
    func disk() async throws {
        let transport = try await log.open()
        log.freeBytes.withLock { $0 = (1 << 30) + 100_000 }
        try await log.publish(1, of: 1000, to: transport)
        let error = await #expect(throws: MessagingError.self) { try await log.publish(100, of: 1000, to: transport) }
        guard case .full(let reason) = error else {
            Issue.record("not full but \(String(describing: error))")
            return
        }
        #expect(reason.contains("1.0 GiB stay free"))
        #expect(error?.recovery == .retry(after: .seconds(1)))
        #expect(try await log.keys(in: transport).count == 1)
        log.freeBytes.withLock { $0 = 2 << 30 }
        try await log.publish(100, of: 1000, to: transport)
        #expect(try await log.keys(in: transport).count == 101)
        await transport.close()
    }

    @Test("when the disk is short, what every group has done goes and the file shrinks")
    func givesBack() async throws {
        let transport = try await log.open()
        for page in 0..<20 { try await log.publish(100, of: 4000, name: "p\(page)", to: transport) }
        try await log.commit(2000, group: "g", in: transport)
        log.freeBytes.withLock { $0 = 1 << 30 - 10 << 20 }
        await #expect(throws: MessagingError.self) { try await log.publish(1, to: transport) }
        let size = try log.fileBytes()
        #expect(size < 1 << 20, "\(size) bytes")
        log.freeBytes.withLock { $0 = 2 << 30 }
        try await log.publish(1, name: "after", to: transport)
        #expect(try await log.keys(in: transport) == ["after-0"])
        await transport.close()
    }

    @Test("messages to a topic or partition that does not exist are refused, with all of their page")
    func unknownTopic() async throws {
        let transport = try await log.open()
        let producer = try await transport.producer(.idempotent)
        let good = Message(topic: log.tickets, partition: 0, key: "k", value: [1])
        for (topic, partition) in [("test.nothing", Int32(0)), (log.tickets, 2), (log.tickets, -1)] {
            let bad = Message(topic: topic, partition: partition, key: "k", value: [1])
            await #expect(throws: MessagingError.self) { try await producer.publish([good, bad]) }
        }
        #expect(try await log.keys(in: transport).isEmpty)
        await transport.close()
    }

    @Test("limits are by topic: a bookmark of 1 MiB is too large where a record is not")
    func byTopic() async throws {
        let transport = try await log.open()
        let producer = try await transport.producer(.idempotent)
        let value = [UInt8](repeating: 1, count: (1 << 20) + 1)[...]
        try await producer.publish([Message(topic: log.tickets, partition: 0, key: "", value: value)])
        await #expect(throws: MessagingError.tooLarge(topic: testNamespace.bookmarks, bytes: (1 << 20) + 2)) {
            try await producer.publish([
                Message(topic: testNamespace.bookmarks, partition: 0, key: "b", value: value)
            ])
        }
        await transport.close()
    }
}
