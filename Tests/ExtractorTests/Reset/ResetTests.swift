import Catalog
import Extractor
import Foundation
import Messaging
import Model
import Testing

@Suite("Reset: bookmarks")
struct ResetBookmarkTests {
    private static let now = Timestamp(seconds: 1_795_168_800)

    private static func bookmark() -> Bookmark {
        var bookmark = Bookmark(sequence: now.nanoseconds - 5, complete: true)
        bookmark.cursor = "c"
        bookmark.done = "7|9"
        bookmark.tableVersion = now.milliseconds - 10
        bookmark.replicationKey = "2026-11-20"
        bookmark.asOf = now
        bookmark.seam = ["1": "a"]
        bookmark.schema = "hash"
        bookmark.revisit = [4]
        bookmark.requests = 30
        return bookmark
    }

    @Test("a reset forgets the place and nothing that keeps the order")
    func forgets() throws {
        let start = Timestamp(seconds: 1_700_000_000)
        let reset = Self.bookmark().reset(at: Self.now, from: start)
        var expected = Bookmark(sequence: Self.now.nanoseconds)
        expected.tableVersion = Self.now.milliseconds
        expected.start = start
        expected.reset = Self.now.milliseconds
        expected.revisit = [4]
        expected.requests = 30
        #expect(reset == expected)
        let text = try JSONEncoder().encode(reset)
        #expect(try JSONDecoder().decode(Bookmark.self, from: text) == reset)
    }

    @Test("marks, sequences and versions rise also when the clock goes back", arguments: [0, 1, 86_400])
    func rises(seconds: Int64) {
        let earlier = Self.now - .seconds(seconds)
        var bookmark = Self.bookmark()
        for _ in 0..<5 {
            let next = bookmark.reset(at: earlier, from: nil)
            #expect(next.sequence > bookmark.sequence)
            #expect(next.tableVersion ?? 0 > bookmark.tableVersion ?? 0)
            #expect(next.reset ?? 0 > bookmark.reset ?? 0)
            // As after a page: the mark is published, records have sequences.
            bookmark = next
            bookmark.sequence += 3
        }
    }

    @Test("a mark rises above one that was published long ago")
    func risesAfterPublication() {
        let first = Self.bookmark().reset(at: Self.now, from: nil)
        var bookmark = first
        bookmark.reset = nil
        #expect(bookmark.reset(at: Self.now - .seconds(3600), from: nil).reset ?? 0 > first.reset ?? 0)
    }
}

@Suite("Reset: what is read again")
struct ResetPlanTests {
    private static let now = Timestamp(seconds: 1_795_168_800)
    private static let since = Timestamp(parsing: "2026-10-01") ?? now

    private static func plan(
        _ streams: String...,
        selecting include: [String]? = nil,
        audits: ConnectionDefinition.Audits? = nil,
        from: Timestamp? = since
    ) throws -> ResetPlan {
        var definition = try connection(endpoint: "http://127.0.0.1:1", auth: .simulated)
        definition.streams = StreamSelection(include: include)
        definition.audits = audits
        return try ResetPlan(of: definition, streams: streams, from: from, now: now)
    }

    @Test("exports and timed lists have a start, lists are read whole")
    func readings() throws {
        let plan = try Self.plan("tickets", "groups", "satisfaction_ratings", "tags")
        let readings = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.stream, $0.reading) })
        #expect(
            readings == [
                "tickets": .changes(since: Self.since), "satisfaction_ratings": .changes(since: Self.since),
                "groups": .whole, "tags": .whole,
            ]
        )
    }

    @Test("what comes with tickets keeps its place, and is read again out of their pages when it is meant")
    func pages() throws {
        let include = ["tickets", "ticket_metrics", "ticket_audits", "users"]
        let tickets = try Self.plan("tickets", selecting: include).steps
        #expect(tickets.map(\.stream) == ["tickets"])
        #expect(Set(tickets[0].keeping) == ["ticket_metrics", "ticket_audits"])
        let metrics = try Self.plan("ticket_metrics", selecting: include).steps
        #expect(metrics.map(\.reading) == [.pages(of: "tickets", since: Self.since)])
    }

    @Test("comments take the audits along that bring their exact rows; audits go alone")
    func comments() throws {
        let include = ["ticket_comments", "ticket_audits"]
        let both = try Self.plan("ticket_comments", selecting: include).steps
        #expect(Set(both.map(\.stream)) == ["ticket_comments", "ticket_audits"])
        #expect(both.first { $0.stream == "ticket_audits" }?.with == "ticket_comments")
        #expect(
            both.first { $0.stream == "ticket_audits" }?.reading
                == .requests(perRecordOf: "tickets", since: Self.since)
        )
        #expect(try Self.plan("ticket_audits", selecting: include).steps.map(\.stream) == ["ticket_audits"])
        let fast = try Self.plan("ticket_comments", selecting: include, audits: .fast).steps
        #expect(fast.map(\.stream) == ["ticket_comments"])
        #expect(try Self.plan("ticket_comments", selecting: ["ticket_comments"]).steps.count == 1)
    }

    @Test("without a name all selected streams are read again")
    func all() throws {
        let include = ["tickets", "users", "groups"]
        #expect(Set(try Self.plan(selecting: include).steps.map(\.stream.rawValue)) == Set(include))
    }

    @Test("a name that is none, or not read, or a date to come is refused, with what was meant")
    func refuses() throws {
        #expect(throws: ResetError.unknownStream("tikets", nearest: "tickets")) { try Self.plan("tikets") }
        let error = #expect(throws: ResetError.self) { try Self.plan("users", selecting: ["tickets"]) }
        #expect(error?.message.contains("does not read users") == true && error?.exitCode == .usage)
        #expect(throws: ResetError.startsLater(than: Self.now)) {
            try Self.plan("tickets", from: Self.now + .seconds(1))
        }
    }

    @Test("streams that were told another start are read by themselves")
    func groups() throws {
        let streams = try ["tickets", "ticket_metrics"].map { try #require(Catalog.stream($0, of: .support)) }
        let reset = Bookmark().reset(at: Self.now, from: Self.since)
        let read = { (bookmarks: [StreamName: Bookmark]) in
            ReadPlan.reads(streams, bookmarks).map { $0.streams.map(\.name) }
        }
        #expect(read([:]) == [["tickets", "ticket_metrics"]])
        #expect(read(["tickets": reset]) == [["tickets"], ["ticket_metrics"]])
        #expect(read(["tickets": reset, "ticket_metrics": reset]) == [["tickets", "ticket_metrics"]])
        var complete = Bookmark(complete: true)
        complete.cursor = "c"
        #expect(read(["tickets": reset, "ticket_metrics": complete]) == [["tickets"], ["ticket_metrics"]])
    }
}
