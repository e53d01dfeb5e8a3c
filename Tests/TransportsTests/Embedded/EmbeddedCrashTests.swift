import Foundation
import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite("The embedded log after a crash")
struct EmbeddedCrashTests {
    @Test("wherever the write-ahead log is cut off, whole pages are there, and publishing goes on")
    func cutOff() async throws {
        let log = try LogFixture()
        let transport = try await log.open()
        let producer = try await transport.producer(.transactional(id: "test/acme/support"))
        var random = SplitMix64(seed: 11)
        for page in 0..<20 {
            let values = (0..<7).map { _ in random.bytes(Int.random(in: 0...3000, using: &random))[...] }
            let records = values.enumerated().map {
                Message(topic: log.tickets, partition: Int32($0.offset % 2), key: "p\(page)", value: $0.element)
            }
            let bookmark = Message(topic: testNamespace.bookmarks, partition: 0, key: "p\(page)", value: [1])
            try await producer.publish(records + [bookmark])
        }
        let file = try Data(contentsOf: URL(fileURLWithPath: log.path))
        let journal = try Data(contentsOf: URL(fileURLWithPath: "\(log.path)-wal"))
        var seen: Set<Int> = []
        for _ in 0..<25 {
            let copy = try LogFixture()
            let length = Int.random(in: 0...journal.count, using: &random)
            try file.write(to: URL(fileURLWithPath: copy.path))
            try journal.prefix(length).write(to: URL(fileURLWithPath: "\(copy.path)-wal"))
            let survivor = try await copy.open()
            let records = try await copy.keys(in: survivor)
            let bookmarks = try await copy.keys(of: testNamespace.bookmarks, in: survivor)
            #expect(bookmarks == (0..<bookmarks.count).map { "p\($0)" }, "cut at \(length)")
            let whole = bookmarks.flatMap { Array(repeating: $0, count: 7) }
            #expect(records.sorted() == whole.sorted(), "cut at \(length)")
            try await copy.publish(2, name: "after", to: survivor)
            #expect(try await copy.keys(in: survivor).count == records.count + 2)
            seen.insert(bookmarks.count)
            await survivor.close()
        }
        #expect(seen.count > 5, "the cuts met too few different states")
        await transport.close()
    }

    @Test("a publish whose task is cancelled leaves all or nothing")
    func cancelled() async throws {
        let log = try LogFixture()
        let transport = try await log.open()
        for round in 0..<20 {
            let before = try await log.keys(in: transport).count
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await log.publish(300, of: 2000, name: "r\(round)", to: transport) }
                for _ in 0..<round { await Task.yield() }
                group.cancelAll()
            }
            let added = try await log.keys(in: transport).count - before
            #expect(added == 0 || added == 300)
        }
        try await log.publish(1, name: "after", to: transport)
        #expect(try await log.keys(in: transport).last == "after-0")
        await transport.close()
    }
}
