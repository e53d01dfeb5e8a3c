import Console
import Loader
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing

@Suite("BoardFeed")
struct BoardFeedTests {
    private let now = Facts.noon

    private func row(_ feed: BoardFeed) throws -> ConnectionRow {
        try #require(FleetView(feed.snapshot, at: now).connections.first)
    }

    @Test("it is caught up once it has read the topics' ends, and shows what they say")
    func catchesUp() async throws {
        let stage = try await FeedStage()
        try await stage.publishRun(at: now - .seconds(120))
        var state = ConnectionState()
        state.pausedSince = now
        try await stage.publish(stage.namespace.bookmarks, MessageKey.state(stage.facts.key), state)
        var bookmark = Bookmark(sequence: 9)
        bookmark.asOf = now - .seconds(100)
        let stream = StreamName(rawValue: "tickets")
        try await stage.publish(stage.namespace.bookmarks, MessageKey.bookmark(stage.facts.key, stream), bookmark)
        let feed = stage.feed()
        #expect(!feed.isCaughtUp)
        try await feed.readOn()
        #expect(feed.isCaughtUp)
        let row = try row(feed)
        #expect(row.standing == .paused)
        #expect(row.rowsToday == 9)
        let view = try #require(ConnectionView(feed.snapshot, of: stage.facts.key, at: now))
        #expect(view.streams.first?.asOf == now - .seconds(100))
        // What is of the past is not news.
        #expect(stage.events.isEmpty)
    }

    @Test("what does not decode is passed over, and a tombstone takes the connection away")
    func oddMessages() async throws {
        let stage = try await FeedStage()
        try await stage.publishRun(at: now - .seconds(120))
        for topic in [stage.namespace.loadingReports, stage.namespace.connections, stage.namespace.bookmarks] {
            try await stage.publish(topic, nil, bytes: Array(#"{"version":99}"#.utf8)[...])
            try await stage.publish(topic, "nobody", bytes: Array("not JSON".utf8)[...])
        }
        let feed = stage.feed()
        try await feed.readOn()
        #expect(try row(feed).rowsToday == 9)
        try await stage.publish(stage.namespace.connections, nil, bytes: nil)
        try await feed.readOn()
        #expect(FleetView(feed.snapshot, at: now).connections.isEmpty)
    }

    @Test("what is new is told once: runs, loads and alerts, and a change of version to who listens")
    func news() async throws {
        let stage = try await FeedStage()
        try await stage.publishRun(at: now - .seconds(120))
        let feed = stage.feed()
        try await feed.readOn()
        let version = feed.snapshot.version
        var changes = feed.changes().makeAsyncIterator()
        let failed = stage.facts.run(at: now - .seconds(10), .failed)
        // A run's end is in both topics.
        try await stage.publish(stage.namespace.progress, nil, failed)
        try await stage.publish(stage.namespace.extractionReports, nil, failed)
        try await feed.readOn()
        #expect(await changes.next() == version + 1)
        try await feed.readOn()
        #expect(feed.snapshot.version == version + 1)
        #expect(stage.events.first == .run(failed))
        let alerts = stage.events.dropFirst().compactMap { event in
            if case .alert(.raised(let alert)) = event { alert.kind } else { nil }
        }
        #expect(alerts == [.runFailed])
        #expect(stage.events.count == 2)
    }

    @Test("changes that come between two readings are told as one, with the newest version")
    func coalesced() async throws {
        let stage = try await FeedStage()
        let feed = stage.feed()
        try await feed.readOn()
        var changes = feed.changes().makeAsyncIterator()
        for seconds in 1...3 {
            try await stage.publish(
                stage.namespace.extractionReports,
                nil,
                stage.facts.run(at: now + .seconds(Int64(seconds)))
            )
            try await feed.readOn()
        }
        #expect(await changes.next() == feed.snapshot.version)
    }

    @Test("it reads on by itself, at most once a second, until it is stopped")
    func runs() async throws {
        let stage = try await FeedStage()
        let feed = stage.feed()
        let stop = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run(stop: stop) }
            await stage.clock.untilSleeping()
            #expect(feed.isCaughtUp)
            var changes = feed.changes().makeAsyncIterator()
            try await stage.publishRun(at: now - .seconds(120))
            #expect(FleetView(feed.snapshot, at: now).connections.isEmpty)
            stage.clock.advance(by: .seconds(1))
            #expect(await changes.next() != nil)
            #expect(try row(feed).rowsToday == 9)
            stop.set()
            try await group.waitForAll()
            #expect(await changes.next() == nil)
        }
    }

    @Test("while a topic cannot be read it is not caught up; what happened meanwhile is news when it is back")
    func outage() async throws {
        let stage = try await FeedStage()
        let transport = OutageTransport(stage.transport)
        let feed = stage.feed(over: transport)
        let stop = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await feed.run(stop: stop) }
            await stage.clock.untilSleeping()
            var changes = feed.changes().makeAsyncIterator()
            // What was read before it in the same reading is not lost.
            transport.lose(stage.namespace.rejected)
            try await stage.publishRun(at: now - .seconds(120))
            stage.clock.advance(by: .seconds(1))
            await stage.clock.untilSleeping()
            #expect(!feed.isCaughtUp)
            #expect(stage.events.isEmpty)
            transport.comeBack()
            stage.clock.advance(by: .seconds(1))
            #expect(await changes.next() != nil)
            #expect(feed.isCaughtUp)
            #expect(stage.events.count == 2)
            stop.set()
            try await group.waitForAll()
        }
    }

    @Test("a run's whole report is found again, an older one in its topic")
    func report() async throws {
        let stage = try await FeedStage()
        let old = stage.facts.run(at: now - .seconds(3600), records: ["users": 8])
        let new = stage.facts.run(at: now - .seconds(1800))
        for report in [old, new] { try await stage.publish(stage.namespace.extractionReports, nil, report) }
        let feed = stage.feed()
        try await feed.readOn()
        #expect(try await feed.report(of: old.run, stage.facts.key) == old)
        #expect(try await feed.report(of: new.run, stage.facts.key) == new)
        #expect(try await feed.report(of: RunID(rawValue: "01X"), stage.facts.key) == nil)
    }

    @Test("a rejected record is shown without what it holds, which is read from its place for its own connection alone")
    func rejected() async throws {
        let stage = try await FeedStage()
        try await stage.publish(stage.namespace.connections, nil, stage.facts.definition)
        let stored = RejectedRow(
            table: "tickets",
            reason: "the key is null",
            record: #"{"id":null,"subject":"größer"}"#,
            rejectedAt: now,
            extractedAt: nil,
            sequence: 5,
            tableVersion: nil,
            topic: "deskpipe.records.zendesk-support.tickets",
            partition: 2,
            offset: 41,
            replayable: true
        )
        let message = RejectedMessage(stored, of: stage.facts.key)
        try await stage.publish(stage.namespace.rejected, "\(stage.facts.key)/tickets", message)
        let feed = stage.feed()
        try await feed.readOn()
        let view = try #require(RejectedView(feed.snapshot, of: stage.facts.key))
        let row = try #require(view.records.first)
        #expect(row.reason == "the key is null")
        #expect(row.bytes == stored.record.utf8.count)
        #expect(row.offset == 41)
        #expect(!(try WireJSON.text(of: view)).contains("größer"))
        #expect(try await feed.rejectedRecord(at: row.place, of: stage.facts.key) == stored.record)
        #expect(try await feed.rejectedRecord(at: row.place, of: try Facts("zeta").key) == nil)
    }
}
