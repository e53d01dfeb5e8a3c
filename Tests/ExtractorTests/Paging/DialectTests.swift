import Catalog
import Extractor
import Model
import TestSupport
import Testing

@Suite("Paginator, every dialect against its model")
struct DialectTests {
    typealias Thing = ModelledEndpoint.Thing

    private static let pageSize = 10
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let startDate = Timestamp(seconds: 1_700_000_000)
    private static let counts = [0, 1, 9, 10, 11, 30, 31]

    private struct Read {
        var endpoint: ModelledEndpoint
        var bookmark: Bookmark?
        var seen: Set<Thing> = []
        var requests = 0

        /// Reads to the end; `killed`: every page is asked for by a new paginator, out of the bookmark.
        mutating func run(killed: Bool, afterPage: (inout ModelledEndpoint, Int) -> Void = { _, _ in })
            -> ExtractorError?
        {
            let request = PaginatorTests.request(endpoint.dialect, pageSize: DialectTests.pageSize)
            var paginator = Paginator("things", request)
            var next = paginator.first(bookmark: bookmark, startDate: startDate, now: now)
            for _ in 0..<1000 {
                let (things, summary) = endpoint.page(next)
                requests += 1
                seen.formUnion(things)
                let step = paginator.advance(summary)
                if case .failed(let error) = step { return error }
                var after = bookmark ?? Bookmark()
                after.cursor = paginator.cursor
                after.complete = step == .finished
                bookmark = after
                afterPage(&endpoint, requests)
                guard case .fetch(let request) = step else { return nil }
                next = request
                if killed {
                    paginator = Paginator("things", PaginatorTests.request(endpoint.dialect, pageSize: pageSize))
                    next = paginator.first(bookmark: bookmark, startDate: startDate, now: now)
                }
            }
            return .unexpected("a loop")
        }
    }

    private static func things(_ count: Int, apart: Int64 = 3) -> [Thing] {
        (0..<count).map { Thing(id: Int64($0 + 1), time: 1_750_000_000 + Int64($0) * apart) }
    }

    @Test("every record is seen", arguments: PaginationDialect.allCases, counts)
    func complete(dialect: PaginationDialect, count: Int) {
        for killed in [false, true] {
            var read = Read(endpoint: ModelledEndpoint(dialect, Self.things(count)))
            #expect(read.run(killed: killed) == nil)
            #expect(read.seen == Set(Self.things(count)), "killed \(killed)")
            // Twice the pages for those that read their last second again.
            #expect(read.requests <= count / Self.pageSize * 2 + 3)
        }
    }

    @Test("an export with nothing new takes one request", arguments: PaginationDialect.allCases.filter(\.isExport))
    func nothingNew(dialect: PaginationDialect) {
        var read = Read(endpoint: ModelledEndpoint(dialect, Self.things(25)))
        #expect(read.run(killed: false) == nil)
        let requests = read.requests
        #expect(read.run(killed: false) == nil)
        #expect(read.requests == requests + 1)
    }

    @Test("records of equal times are all seen", arguments: PaginationDialect.allCases, [5, 10, 11, 45])
    func equalTimes(dialect: PaginationDialect, storm: Int) {
        let things =
            (0..<storm + 20).map { index in
                Thing(id: Int64(index + 1), time: 1_750_000_000 + max(0, Int64(index - storm)))
            }
        for killed in [false, true] {
            var read = Read(endpoint: ModelledEndpoint(dialect, things))
            #expect(read.run(killed: killed) == nil)
            #expect(read.seen == Set(things), "killed \(killed)")
        }
    }

    @Test("what changes between two pages is seen in its last version", arguments: PaginationDialect.allCases, 0..<20)
    func changes(dialect: PaginationDialect, seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let count = Int.random(in: 1...45, using: &random)
        var read = Read(endpoint: ModelledEndpoint(dialect, Self.things(count, apart: Int64(seed % 3))))
        let killed = Bool.random(using: &random)
        let result = read.run(killed: killed) { endpoint, page in
            guard page < 8 else { return }
            let index = Int.random(in: 0..<count, using: &random)
            endpoint.change(index, at: 1_760_000_000 + Int64(page))
        }
        #expect(result == nil)
        // A list may have shown what was before the change; an export must show what is after it, with its next run.
        if dialect.isExport {
            #expect(read.run(killed: false) == nil)
            #expect(read.seen.isSuperset(of: read.endpoint.things), "seed \(seed)")
        } else {
            #expect(Set(read.seen.map(\.id)) == Set(read.endpoint.things.map(\.id)), "seed \(seed)")
        }
    }

    @Test("whatever a server says, a read ends", arguments: PaginationDialect.allCases, 0..<100)
    func hostile(dialect: PaginationDialect, seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var paginator = Paginator("things", PaginatorTests.request(dialect, pageSize: Self.pageSize))
        var next = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        let numbers: [Int64?] = [nil, 0, -1, .min, .max, 1_700_000_000, 1_750_000_000, 5]
        let records = [0, 1, 10, 5000]
        // Few answers, so that they come again; one that always links on must end too.
        for round in 0..<20_000 {
            let page = PageSummary(
                records: records.randomElement(using: &random) ?? 0,
                endOfStream: [nil, false].randomElement(using: &random) ?? nil,
                hasMore: true,
                afterCursor: ["", "a", nil].randomElement(using: &random) ?? nil,
                endTime: numbers.randomElement(using: &random) ?? nil,
                endID: ["", "x", nil].randomElement(using: &random) ?? nil,
                nextPage: .link("https://evil.example/api/v2/things?start_time=-5&start_id=%zz&page=9"),
                count: numbers.randomElement(using: &random) ?? nil,
                greatestID: numbers.randomElement(using: &random) ?? nil
            )
            guard case .fetch(let request) = paginator.advance(page) else { return }
            next = request
            #expect(!next.target.contains("evil"))
            #expect(next.path == "things.json")
            if round > 10_001 { break }
        }
        Issue.record("\(dialect) did not end: \(next.target)")
    }

    @Test(
        "a place that only the link to the next page has is unescaped; a broken escape stays as it is",
        arguments: [("a%2Bb%3d+c", "a%2Bb%3D%20c"), ("%+1%zz", "%25%201%25zz"), ("%ff", "%25ff")]
    )
    func link(written: String, asked: String) {
        var paginator = Paginator("chats", PaginatorTests.request(.chatIncremental, pageSize: 2))
        _ = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        let link = PageSummary.NextPage.link("https://evil.example/x?start_time=1750000000&start_id=\(written)")
        guard case .fetch(let next) = paginator.advance(PageSummary(records: 2, nextPage: link)) else {
            Issue.record("nothing is asked for")
            return
        }
        let query = next.target.split(whereSeparator: "?&".contains)
        #expect(query.contains("start_time=1750000000") && query.contains("start_id=\(asked)"), "\(next.target)")
    }

    @Test("a refused cursor restarts five minutes before the last key, or the list, and says so")
    func restarts() {
        let key = Timestamp(seconds: 1_795_168_800)
        var bookmark = Bookmark()
        bookmark.replicationKey = key.formatted(.seconds)
        let cases: [(PaginationDialect, String, String)] = [
            (.cursorList, "abc", "page%5Bsize%5D=100"), (.offsetList, "7|100", "page=1&per_page=100"),
            (.chatSinceID, "88", "limit=100"), (.incrementalCursor, "abc", "start_time=1795168500&per_page=100"),
            (.chatIncremental, "1795168801|x", "start_time=1795168500&limit=100"),
            (.chatIncrementalMicroseconds, "1795168801000001", "start_time=1795168500000000&limit=100"),
        ]
        for (dialect, cursor, query) in cases {
            bookmark.cursor = cursor
            var paginator = Paginator("things", PaginatorTests.request(dialect))
            _ = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
            let anew = paginator.restarted(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
            #expect(anew?.target == "/api/v2/things.json?" + query)
            #expect(paginator.restart?.cursor == cursor)
            #expect(paginator.restart?.from == (dialect.isExport ? key - .seconds(300) : nil))
            #expect(paginator.restarted(bookmark: bookmark, startDate: Self.startDate, now: Self.now) == nil)
        }
    }

    @Test("a timed list begins its window before the last key, and a broken read keeps its own start")
    func timedLists() {
        var request = PaginatorTests.request(.cursorList)
        request.start = .startTime
        request.rereadWindow = .seconds(3600)
        var bookmark = Bookmark(complete: true)
        var paginator = Paginator("things", request)
        var first = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        #expect(first.target == "/api/v2/things.json?start_time=1700000000&page%5Bsize%5D=100")
        bookmark.replicationKey = "2026-11-20T10:00:00Z"
        paginator = Paginator("things", request)
        first = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        #expect(first.target.contains("start_time=1795165200&"))
        _ = paginator.advance(PageSummary(records: 100, hasMore: true, afterCursor: "a|b"))
        bookmark.cursor = paginator.cursor
        bookmark.complete = false
        bookmark.replicationKey = "2026-11-21T10:00:00Z"
        paginator = Paginator("things", request)
        first = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        #expect(first.target.contains("page%5Bafter%5D=a%7Cb&start_time=1795165200&"))
        let anew = paginator.restarted(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
        #expect(anew?.target == "/api/v2/things.json?start_time=1795165200&page%5Bsize%5D=100")
        #expect(paginator.advance(PageSummary(records: 1, hasMore: false, afterCursor: "c")) == .finished)
        #expect(paginator.cursor == nil)
    }

    @Test("a page's number is good for its size only: with another one the list is read from its beginning")
    func changedPageSize() {
        let things = Self.things(45)
        for size in [5, 7, 10, 20] {
            let endpoint = ModelledEndpoint(.offsetList, things)
            var paginator = Paginator("things", PaginatorTests.request(.offsetList, pageSize: 10))
            let first = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
            guard case .fetch(let second) = paginator.advance(endpoint.page(first).summary),
                case .fetch = paginator.advance(endpoint.page(second).summary)
            else {
                Issue.record("the list ended early")
                return
            }
            var bookmark = Bookmark()
            bookmark.cursor = paginator.cursor
            paginator = Paginator("things", PaginatorTests.request(.offsetList, pageSize: size))
            var next = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
            #expect(next.query.first { $0.name == "page" }?.value == (size == 10 ? "3" : "1"))
            var seen = Set(endpoint.page(first).things + endpoint.page(second).things)
            if size != 10 { seen = [] }
            while true {
                let (page, summary) = endpoint.page(next)
                seen.formUnion(page)
                guard case .fetch(let request) = paginator.advance(summary) else { break }
                next = request
            }
            #expect(seen == Set(things))
            #expect(paginator.cursor == nil)
        }
    }

    @Test("the larger page that a full second needs is in the bookmark, until the second is passed")
    func fullSecond() {
        for dialect in [PaginationDialect.incrementalTime, .incrementalTimeOpen] {
            var paginator = Paginator("things", PaginatorTests.request(dialect, pageSize: 10))
            var bookmark = Bookmark()
            bookmark.cursor = "1750000000"
            var next = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
            let full = { (size: Int) in
                PageSummary(records: size, endOfStream: false, endTime: 1_750_000_000, nextPage: .link("x"))
            }
            for size in [20, 40] {
                let open = dialect == .incrementalTimeOpen
                var page = full(size / 2)
                if open { page.endOfStream = nil }
                guard case .fetch = paginator.advance(page) else {
                    Issue.record("\(dialect) ended in a full second")
                    return
                }
                #expect(paginator.cursor == "1750000000|\(size)")
                #expect(paginator.seamSecond == 1_750_000_000)
                bookmark.cursor = paginator.cursor
                paginator = Paginator("things", PaginatorTests.request(dialect, pageSize: 10))
                next = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
                #expect(next.target.hasSuffix("start_time=1750000000&per_page=\(size)"))
                #expect(!paginator.canShrink)
            }
            _ = paginator.advance(
                PageSummary(records: 40, endOfStream: dialect == .incrementalTime ? false : nil, endTime: 1_750_000_001)
            )
            #expect(paginator.cursor == "1750000001")
            // Nonsense is the start date; no size is more than the server gives.
            let saved = [
                ("1750000000|", "start_time=1700000000&per_page=10"),
                ("1750000000|x", "start_time=1700000000&per_page=10"),
                ("1750000000|5", "start_time=1750000000&per_page=10"),
                ("1750000000|5000", "start_time=1750000000&per_page=1000"),
            ]
            for (cursor, query) in saved {
                bookmark.cursor = cursor
                paginator = Paginator("things", PaginatorTests.request(dialect, pageSize: 10))
                next = paginator.first(bookmark: bookmark, startDate: Self.startDate, now: Self.now)
                #expect(next.target.hasSuffix(query))
            }
        }
    }

    @Test("a filter by creation has both its ends; the parent's key stands in the path, encoded")
    func filtersAndPaths() {
        var request = PaginatorTests.request(.cursorList)
        request.start = .createdAtFilter
        request.path = "a/{id}/b.json"
        var paginator = Paginator("things", request, parentKey: "x/..?y")
        let first = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        let filter = "filter%5Bcreated_at%5D%5B%5D="
        #expect(
            first.target == "/api/v2/a/x%2F..%3Fy/b.json?\(filter)2023-11-14T22%3A13%3A20Z"
                + "&\(filter)2027-01-15T08%3A00%3A00Z&page%5Bsize%5D=100"
        )
        // An archived ticket's audits come without meta.
        #expect(paginator.advance(PageSummary(records: 300)) == .finished)
    }

    @Test("a larger page is tried first, and given up when it is refused; halves grow back")
    func pageSizes() {
        var request = PaginatorTests.request(.cursorList)
        request.largerPageSize = 1000
        var paginator = Paginator("things", request)
        let first = paginator.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        #expect(first.target.hasSuffix("=1000"))
        #expect(paginator.halved()?.target.hasSuffix("=500") == true)
        #expect(paginator.halved()?.target.hasSuffix("=250") == true)
        let size = { (step: Paginator.Step) -> String? in
            guard case .fetch(let request) = step else { return nil }
            return request.query.first { $0.name == "page[size]" }?.value
        }
        let page = { (cursor: String) in PageSummary(records: 9, hasMore: true, afterCursor: cursor) }
        #expect(size(paginator.advance(page("a"))) == "500")
        #expect(size(paginator.advance(page("b"))) == "1000")
        #expect(size(paginator.advance(page("c"))) == "1000")
        #expect(paginator.refusedPageSize()?.target.hasSuffix("page%5Bafter%5D=c&page%5Bsize%5D=100") == true)
        #expect(paginator.refusedPageSize() == nil)
        #expect(paginator.halved()?.target.hasSuffix("=50") == true)
        #expect(size(paginator.advance(page("d"))) == "100")
        #expect(size(paginator.advance(page("e"))) == "100")
        var offset = Paginator("things", PaginatorTests.request(.offsetList))
        _ = offset.first(bookmark: nil, startDate: Self.startDate, now: Self.now)
        #expect(offset.halved() == nil && !offset.canShrink)
    }
}
