import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite("Retention of the embedded log")
struct EmbeddedRetentionTests {
    let log: LogFixture

    init() throws {
        log = try LogFixture()
    }

    @Test("records go when every group has committed them and they are old enough, not before")
    func records() async throws {
        let transport = try await log.open()
        try await log.publish(2500, to: transport)
        try await log.commit(2500, group: "one", in: transport)
        try await log.commit(1200, group: "two", in: transport)
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(in: transport).count == 2500, "too young")
        log.clock.advance(by: .seconds(86_401))
        try await log.publish(1, name: "young", to: transport)
        try await transport.maintain(now: log.clock.now())
        let keys = try await log.keys(in: transport)
        #expect(keys.first == "m-1200")
        #expect(keys.count == 1301)
        try await log.commit(2501, group: "two", in: transport)
        try await log.commit(2501, group: "one", in: transport)
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(in: transport) == ["young-0"])
        let consumer = try await transport.consumer(group: "one", topics: [log.tickets])
        #expect(try await consumer.watermarks(of: log.partition) == 2500..<2501)
        await transport.close()
    }

    @Test("a member of a group that has committed nothing holds everything")
    func newMember() async throws {
        let transport = try await log.open()
        try await log.publish(5, to: transport)
        try await log.commit(5, group: "one", in: transport)
        _ = try await transport.consumer(group: "two", topics: [log.tickets])
        log.clock.advance(by: .days(100))
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(in: transport).count == 5)
        await transport.close()
    }

    @Test("records that no group has ever asked for stay whatever their age")
    func noGroup() async throws {
        let transport = try await log.open()
        try await log.publish(5, to: transport)
        log.clock.advance(by: .days(1000))
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(in: transport).count == 5)
        await transport.close()
    }

    @Test("reports follow their topic's retention, not that of records")
    func reports() async throws {
        let transport = try await log.open()
        let reports = testNamespace.loadingReports
        try await log.publish(reports, "old", "{}", to: transport)
        log.clock.advance(by: .days(59))
        try await log.publish(reports, "new", "{}", to: transport)
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(of: reports, in: transport) == ["old", "new"])
        log.clock.advance(by: .days(2))
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(of: reports, in: transport) == ["new"])
        await transport.close()
    }

    @Test("compact topics keep the last message per key for ever, tombstones for a day, progress for a day")
    func compaction() async throws {
        let transport = try await log.open()
        let bookmarks = testNamespace.bookmarks
        for value in ["1", "2", "3"] { try await log.publish(bookmarks, "a", value, to: transport) }
        try await log.publish(bookmarks, "b", "1", to: transport)
        try await log.publish(bookmarks, "b", nil, to: transport)
        try await log.publish(testNamespace.progress, "p", "1", to: transport)
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(of: bookmarks, in: transport) == ["a", "b"])
        log.clock.advance(by: .seconds(86_401))
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(of: bookmarks, in: transport) == ["a"])
        #expect(try await log.keys(of: testNamespace.progress, in: transport).isEmpty)
        log.clock.advance(by: .days(1000))
        try await transport.maintain(now: log.clock.now())
        #expect(try await log.keys(of: bookmarks, in: transport) == ["a"])
        await transport.close()
    }

    @Test("a clock that is set back stamps nothing earlier than what is there")
    func clockSetBack() async throws {
        let transport = try await log.open()
        try await log.publish(1, to: transport)
        let first = log.clock.now()
        log.clock.set(first - .seconds(3600))
        try await log.publish(1, to: transport)
        let reader = try await transport.reader(of: log.tickets, partitions: nil, from: [:])
        let stamps = try await reader.next(atMost: 10)?.map(\.timestamp)
        #expect(stamps == [first, first])
        await transport.close()
    }

    @Test("space is used again: a log that drops as much as it takes does not grow")
    func reuse() async throws {
        let transport = try await log.open()
        for round in 1...6 {
            try await log.publish(500, of: 4000, to: transport)
            try await log.commit(Int64(round * 500), group: "g", in: transport)
            log.clock.advance(by: .days(2))
            try await transport.maintain(now: log.clock.now())
        }
        #expect(try await log.keys(in: transport).isEmpty)
        // Two megabytes a round, twelve in all.
        let bytes = try log.fileBytes()
        #expect(bytes < 5_000_000, "\(bytes) bytes")
        await transport.close()
    }
}
