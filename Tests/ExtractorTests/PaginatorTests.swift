import Catalog
import Extractor
import Model
import TestSupport
import Testing

@Suite("Paginator")
struct PaginatorTests {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let startDate = Timestamp(seconds: 1_700_000_000)

    static func request(_ dialect: PaginationDialect, pageSize: Int = 100) -> Request {
        Request(path: "things.json", dialect: dialect, envelope: .list("things"), pageSize: pageSize)
    }

    private func started(
        _ dialect: PaginationDialect,
        pageSize: Int = 100,
        cursor: String? = nil
    ) -> (Paginator, PageRequest) {
        var paginator = Paginator("things", Self.request(dialect, pageSize: pageSize))
        var bookmark = Bookmark()
        bookmark.cursor = cursor
        let first = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        return (paginator, first)
    }

    @Test(
        "the first request of each dialect starts from the bookmark, or from the start date",
        arguments: [
            (PaginationDialect.cursorList, nil, "/api/v2/things.json?page%5Bsize%5D=100"),
            (.cursorList, "abc==", "/api/v2/things.json?page%5Bafter%5D=abc%3D%3D&page%5Bsize%5D=100"),
            (.incrementalCursor, nil, "/api/v2/things.json?start_time=1700000000&per_page=100"),
            (.incrementalCursor, "abc", "/api/v2/things.json?cursor=abc&per_page=100"),
            (.incrementalTime, nil, "/api/v2/things.json?start_time=1700000000&per_page=100"),
            (.incrementalTime, "1750000000", "/api/v2/things.json?start_time=1750000000&per_page=100"),
            (.incrementalTime, "1799999990", "/api/v2/things.json?start_time=1799999939&per_page=100"),
            (.incrementalTime, "nonsense", "/api/v2/things.json?start_time=1700000000&per_page=100"),
        ] as [(PaginationDialect, String?, String)]
    )
    func firstRequest(dialect: PaginationDialect, cursor: String?, target: String) {
        #expect(started(dialect, cursor: cursor).1.target == target)
    }

    @Test("side-loads and parameters go with every request")
    func parameters() {
        var request = Self.request(.incrementalCursor)
        request.sideLoads = ["metric_sets", "dates"]
        request.parameters = ["exclude_deleted": "false"]
        var paginator = Paginator("things", request)
        let first = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        #expect(
            first.target.hasSuffix(
                "start_time=1700000000&per_page=100&include=metric_sets%2Cdates&exclude_deleted=false"
            )
        )
        guard case .fetch(let next) = paginator.advance(PageSummary(afterCursor: "x")) else {
            Issue.record("no second page")
            return
        }
        #expect(next.target.hasSuffix("cursor=x&per_page=100&include=metric_sets%2Cdates&exclude_deleted=false"))
    }

    @Test("a list ends with has_more false although a cursor is there, and starts anew in the next run")
    func listEnds() {
        var (paginator, _) = started(.cursorList)
        guard case .fetch = paginator.advance(PageSummary(records: 100, hasMore: true, afterCursor: "a")) else {
            Issue.record("the list ended early")
            return
        }
        #expect(paginator.cursor == "a")
        #expect(paginator.advance(PageSummary(records: 3, hasMore: false, afterCursor: "b")) == .finished)
        #expect(paginator.cursor == nil)
    }

    @Test("an export goes on past an empty page and keeps the cursor of its last one")
    func exportEnds() {
        var (paginator, _) = started(.incrementalCursor)
        let empty = PageSummary(records: 0, endOfStream: false, afterCursor: "a")
        guard case .fetch = paginator.advance(empty) else {
            Issue.record("the export ended at an empty page")
            return
        }
        #expect(paginator.advance(PageSummary(records: 100, endOfStream: true, afterCursor: "b")) == .finished)
        #expect(paginator.cursor == "b")
    }

    @Test("an unchanged cursor ends a run that has nothing new")
    func unchanged() {
        var (paginator, _) = started(.incrementalCursor, cursor: "a")
        #expect(paginator.advance(PageSummary(endOfStream: true, afterCursor: "a")) == .finished)
        #expect(paginator.cursor == "a")
    }

    @Test(
        "a position that comes again without an end is an error",
        arguments: [
            (PaginationDialect.cursorList, PageSummary(records: 1, hasMore: true, afterCursor: "a")),
            (.cursorList, PageSummary(records: 1, hasMore: true)),
            (.incrementalCursor, PageSummary(records: 1, endOfStream: false, afterCursor: "a")),
            (.incrementalCursor, PageSummary(records: 1)),
            (.incrementalTime, PageSummary(records: 1, endOfStream: false, endTime: 1_700_000_000)),
            (.incrementalTime, PageSummary(records: 1, endOfStream: false, endTime: 1)),
            (.incrementalTime, PageSummary(records: 0)),
        ]
    )
    func loops(dialect: PaginationDialect, page: PageSummary) {
        var (paginator, _) = started(dialect)
        _ = paginator.advance(page)
        guard case .failed(.paginationLoop) = paginator.advance(page) else {
            Issue.record("no loop seen")
            return
        }
    }

    @Test("a cursor from some pages ago is a loop too")
    func longLoop() {
        var (paginator, _) = started(.incrementalCursor)
        for cursor in ["a", "b", "c"] { _ = paginator.advance(PageSummary(records: 1, afterCursor: cursor)) }
        #expect(
            paginator.advance(PageSummary(records: 1, afterCursor: "a"))
                == .failed(.paginationLoop("things", position: "a"))
        )
    }

    @Test("a list without meta is an error")
    func noMeta() {
        var (paginator, _) = started(.cursorList)
        guard case .failed(.unexpectedPage) = paginator.advance(PageSummary(records: 1)) else {
            Issue.record("the list went on")
            return
        }
    }

    @Test("a page that timed out is asked for in halves, down to one record")
    func halves() {
        var (paginator, _) = started(.incrementalCursor, pageSize: 5)
        #expect(paginator.halved()?.target.contains("per_page=2") == true)
        #expect(paginator.halved()?.target.contains("per_page=1") == true)
        #expect(paginator.halved() == nil)
    }

    @Test("a start that Zendesk calls too recent is moved back twice at most")
    func tooRecent() {
        var (paginator, _) = started(.incrementalTime, cursor: "1799999990")
        let later = Self.now - .seconds(10)
        #expect(paginator.earlier(now: later)?.target.contains("start_time=1799999929") == true)
        #expect(paginator.earlier(now: later)?.target.contains("start_time=1799999689") == true)
        #expect(paginator.earlier(now: later) == nil)
        // Nothing was read: the bookmark stays.
        #expect(paginator.cursor == "1799999990")
    }

    @Test("a saved cursor that is refused is replaced once")
    func refusedCursor() {
        var bookmark = Bookmark()
        bookmark.cursor = "old"
        bookmark.replicationKey = "2026-11-20T10:00:00Z"
        var paginator = Paginator("things", Self.request(.incrementalCursor))
        _ = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        let anew = paginator.restarted(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        #expect(anew?.target == "/api/v2/things.json?start_time=1795168500&per_page=100")
        #expect(paginator.restarted(bookmark: bookmark, startDate: Self.startDate, now: Self.now) == nil)
    }
}

/// A time-based export as Zendesk makes it: ordered by second, a page ends wherever it is full.
private struct TimeExport {
    /// The second of each record, rising; its index is its id.
    let seconds: [Int64]

    func page(_ request: PageRequest) -> (ids: Range<Int>, summary: PageSummary) {
        let value = { (name: String) in request.query.first { $0.name == name }.flatMap { Int64($0.value) } ?? 0 }
        let start = value("start_time")
        let first = seconds.firstIndex { $0 >= start } ?? seconds.endIndex
        let end = min(seconds.count, first + Int(value("per_page")))
        let summary = PageSummary(
            records: end - first,
            endOfStream: end == seconds.count,
            endTime: end > first ? seconds[end - 1] : start
        )
        return (first..<end, summary)
    }
}

@Suite("Paginator against a modelled export")
struct PaginatorModelTests {
    /// Reads until the end or an error; over 10,000 requests is a loop.
    private func read(_ export: TimeExport, pageSize: Int) -> (seen: Set<Int>, error: ExtractorError?, requests: Int) {
        let request = PaginatorTests.request(.incrementalTime, pageSize: pageSize)
        var paginator = Paginator("things", request)
        var next = paginator.first(bookmark: nil, startDate: Timestamp(seconds: 0), now: PaginatorTests.now)
        var seen: Set<Int> = []
        for requests in 1...10_000 {
            let (ids, summary) = export.page(next)
            seen.formUnion(ids)
            switch paginator.advance(summary) {
            case .fetch(let request): next = request
            case .finished: return (seen, nil, requests)
            case .failed(let error): return (seen, error, requests)
            }
        }
        return (seen, nil, .max)
    }

    @Test(
        "storms of changes in one second are read whole while the largest page can pass them",
        arguments: [0, 1, 9, 10, 11, 25, 100, 998],
        [0, 1, 10, 37]
    )
    func storms(storm: Int, others: Int) {
        for position in [0, others / 2, others] {
            var seconds = (0..<others).map { Int64(1000 + $0 * 3) }
            let second = position < others ? seconds[position] : Int64(1000 + others * 3)
            seconds = (seconds + Array(repeating: second, count: storm)).sorted()
            let result = read(TimeExport(seconds: seconds), pageSize: 10)
            #expect(result.error == nil, "storm \(storm) at \(position) of \(others)")
            #expect(result.seen.count == seconds.count)
        }
    }

    @Test("a second that even the largest page cannot pass is an error, never skipped", arguments: [1001, 1500, 5000])
    func largeStorms(storm: Int) {
        let seconds = [Int64(5)] + Array(repeating: Int64(10), count: storm) + [20]
        let result = read(TimeExport(seconds: seconds), pageSize: 1000)
        #expect(result.error == .fullSecond("things", second: Timestamp(seconds: 10), pageSize: 1000))
        #expect(result.requests < 20)
    }

    @Test("a storm that fills the largest page at the very end is read whole")
    func stormAtTheEnd() {
        let result = read(TimeExport(seconds: [1] + Array(repeating: 10, count: 1000)), pageSize: 1000)
        #expect(result.error == nil)
        #expect(result.seen.count == 1001)
    }

    @Test("random exports are read whole", arguments: 0..<50)
    func random(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var second: Int64 = 1
        let seconds = (0..<Int.random(in: 0...800, using: &random)).map { _ in
            second += Int64.random(in: 0...5, using: &random) / 4
            return second
        }
        let result = read(TimeExport(seconds: seconds), pageSize: Int.random(in: 1...40, using: &random))
        #expect(result.error == nil)
        #expect(result.seen.count == seconds.count)
    }
}
