package import Catalog
package import Model

/// Decides which page of a stream is fetched next, and what the bookmark keeps after each page.
///
/// Its rules, one arm per dialect in ``advance(_:)``:
/// - a list ends with `has_more == false`, an export with `end_of_stream == true`; never by a link, an empty page or a
///   short one;
/// - the cursor of an export's last page is where the next run starts; a list starts anew;
/// - no position is asked for twice without an end: that is an error, not a loop.
package struct Paginator: Sendable {
    /// What follows a page.
    package enum Step: Hashable, Sendable {
        case fetch(PageRequest)
        case finished
        /// The page is good, but there is no way on from it.
        case failed(ExtractorError)
    }

    /// Zendesk holds the exports' last minute back and refuses to be asked for it.
    package static let holdback: Int64 = 61
    /// What older accounts demand instead: "use a start_time older than 5 minutes".
    private static let longHoldback: Int64 = 301
    /// The most records that an export gives per page.
    private static let largestExportPage = 1000

    private enum Position: Hashable {
        /// A list from its beginning.
        case beginning
        case cursor(String)
        /// Seconds since 1970, inclusive.
        case time(Int64)
    }

    private let stream: StreamName
    private let request: Request
    private var position = Position.beginning
    private var pageSize: Int
    private var mayShrink = true
    /// Hashes of the cursors asked for: 8 bytes a page.
    private var asked: Set<Int> = []
    /// False once a page came: then the first request's cursor was accepted.
    private var isFirst = true
    /// What the bookmark keeps after the pages advanced over.
    package private(set) var cursor: String?

    package init(_ stream: StreamName, _ request: Request) {
        self.stream = stream
        self.request = request
        self.pageSize = request.pageSize
    }

    /// The first request of a run.
    package mutating func first(bookmark: Bookmark?, startDate: Timestamp, now: Timestamp) -> PageRequest {
        cursor = bookmark?.cursor
        switch (request.dialect, cursor) {
        case (.cursorList, nil): position = .beginning
        case (.cursorList, let cursor?), (.incrementalCursor, let cursor?): position = .cursor(cursor)
        case (.incrementalCursor, nil): position = .time(Self.start(startDate.seconds, now))
        case (.incrementalTime, let cursor):
            // A cursor that is no time cannot be read on from; the start date loses nothing.
            position = .time(Self.start(cursor.flatMap(Int64.init) ?? startDate.seconds, now))
        default: position = .beginning
        }
        if case .cursor(let cursor) = position { asked.insert(cursor.hashValue) }
        return pageRequest
    }

    /// Takes a page's summary.
    package mutating func advance(_ page: PageSummary) -> Step {
        isFirst = false
        switch request.dialect {
        case .cursorList:
            guard let hasMore = page.hasMore else {
                return .failed(.unexpectedPage(stream, problem: "meta.has_more is missing"))
            }
            if !hasMore {
                cursor = nil
                return .finished
            }
            return advance(to: page.afterCursor)
        case .incrementalCursor:
            if page.endOfStream == true {
                cursor = page.afterCursor ?? cursor
                return .finished
            }
            return advance(to: page.afterCursor)
        case .incrementalTime:
            return advanceTime(page)
        default:
            return .finished
        }
    }

    /// True while a page may be asked for in halves.
    package var canShrink: Bool { mayShrink && pageSize > 1 }

    /// The same page with half as many records, for an answer that timed out or was too large; nil at one record.
    package mutating func halved() -> PageRequest? {
        guard canShrink else { return nil }
        pageSize /= 2
        return pageRequest
    }

    /// The request for an earlier start, after Zendesk called the last one too recent; nil where it was old enough:
    /// then there is nothing to read yet.
    package mutating func earlier(now: Timestamp) -> PageRequest? {
        guard case .time(let start) = position else { return nil }
        for holdback in [Self.holdback, Self.longHoldback] where start > now.seconds - holdback {
            position = .time(max(0, now.seconds - holdback))
            return pageRequest
        }
        return nil
    }

    /// The request that replaces a saved cursor which Zendesk refuses: a list starts anew, an export a minute before
    /// the last replication key. Nil where the refused cursor is not a saved one.
    package mutating func restarted(bookmark: Bookmark?, startDate: Timestamp, now: Timestamp) -> PageRequest? {
        guard isFirst, case .cursor = position else { return nil }
        cursor = nil
        // The way may lead past the refused cursor again.
        asked = []
        switch request.dialect {
        case .incrementalCursor, .incrementalTime:
            let key = bookmark?.replicationKey
            let last = key.flatMap(Int64.init) ?? key.flatMap { Timestamp(parsing: $0)?.seconds }
            position = .time(Self.start(last.map { $0 - 60 } ?? startDate.seconds, now))
        default: position = .beginning
        }
        return pageRequest
    }

    private mutating func advance(to after: String?) -> Step {
        guard let after, asked.insert(after.hashValue).inserted else {
            return .failed(.paginationLoop(stream, position: after ?? "no cursor"))
        }
        cursor = after
        position = .cursor(after)
        return .fetch(pageRequest)
    }

    /// A page ends within its last record's second, which the next one reads again from its beginning. A second that
    /// fills a page cannot be passed without losing what of it did not fit: a larger page is tried, then it is an error.
    private mutating func advanceTime(_ page: PageSummary) -> Step {
        guard case .time(let start) = position else { return .failed(.paginationLoop(stream, position: "no time")) }
        let end = max(page.endTime ?? start, start)
        cursor = String(end)
        if page.endOfStream == true { return .finished }
        if end > start {
            position = .time(end)
            return .fetch(pageRequest)
        }
        guard page.records >= pageSize else { return .failed(.paginationLoop(stream, position: "start_time \(start)")) }
        guard pageSize < Self.largestExportPage else {
            return .failed(.fullSecond(stream, second: Timestamp(seconds: start), pageSize: pageSize))
        }
        pageSize = min(pageSize * 2, Self.largestExportPage)
        // Else a server that cannot give larger pages would send us back and forth.
        mayShrink = false
        return .fetch(pageRequest)
    }

    private var pageRequest: PageRequest {
        var query: [PageRequest.QueryItem] = []
        switch position {
        case .beginning: break
        case .cursor(let cursor):
            query.append(.init(request.dialect == .cursorList ? "page[after]" : "cursor", cursor))
        case .time(let start): query.append(.init("start_time", String(start)))
        }
        query.append(.init(request.dialect == .cursorList ? "page[size]" : "per_page", String(pageSize)))
        if !request.sideLoads.isEmpty { query.append(.init("include", request.sideLoads.joined(separator: ","))) }
        query += request.parameters.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        return PageRequest(path: request.path, query: query, bucket: request.bucket)
    }

    private static func start(_ seconds: Int64, _ now: Timestamp) -> Int64 {
        max(0, min(seconds, now.seconds - holdback))
    }
}
