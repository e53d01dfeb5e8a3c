package import Catalog
package import Model

/// Decides which page of a stream is fetched next, and what the bookmark keeps after each page.
///
/// Its rules, one arm per dialect, in `Dialects/`:
/// - a page is asked for by a cursor, a time or a number of the page before, never by a URL in it;
/// - a read ends where the dialect says so; never by a link, and by an empty or short page only where there is no
///   other sign;
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

    /// A saved cursor was refused, and the read began again.
    package struct Restart: Hashable, Sendable {
        /// The cursor that was refused.
        package let cursor: String
        /// From when on records are read again; nil: a list from its beginning.
        package let from: Timestamp?
    }

    /// Where a dialect's arm goes on.
    enum Move {
        case on
        case finished
        case failed(ExtractorError)
    }

    /// Zendesk holds the exports' last minute back and refuses to be asked for it.
    package static let holdback: Int64 = 61
    /// What older accounts demand instead: "use a start_time older than 5 minutes".
    private static let longHoldback: Int64 = 301
    /// How far before the last replication key a refused cursor's read begins again.
    private static let overlap: Int64 = 300
    /// The most records that an export gives per page.
    static let largestExportPage = 1000

    let stream: StreamName
    let request: Request
    /// The request's path is that of a parent's record.
    let isPerRecord: Bool
    var place = PagePlace.beginning
    var pageSize: Int
    /// What the size goes back to after a page that came whole.
    private var fullPageSize: Int
    var mayShrink: Bool
    /// For timed lists.
    var window: ListWindow?
    /// Hashes of the places asked for: 8 bytes a page.
    var asked: Set<Int> = []
    /// False once a page came: then the first request's cursor was accepted.
    var isFirst = true
    /// For Chat's exports.
    var chat: ChatRead?
    /// What the bookmark keeps after the pages advanced over.
    package internal(set) var cursor: String?
    /// Set by ``restarted(bookmark:startDate:now:)``.
    package private(set) var restart: Restart?

    /// - Parameter parentKey: of the record that the request's path names as `{id}`.
    package init(_ stream: StreamName, _ request: Request, parentKey: String? = nil) {
        self.stream = stream
        var own = request
        if let parentKey { own.path = request.path(for: parentKey) }
        self.request = own
        isPerRecord = parentKey != nil
        fullPageSize = max(request.pageSize, request.largerPageSize ?? 0)
        pageSize = fullPageSize
        // Pages of an offset are counted in their size.
        mayShrink = request.dialect != .offsetList && request.dialect != .singlePage
    }

    /// The first request of a run.
    package mutating func first(bookmark: Bookmark?, startDate: Timestamp, now: Timestamp) -> PageRequest {
        cursor = bookmark?.cursor
        if request.start != .none { window = listWindow(bookmark, startDate, now) }
        let saved = cursor.flatMap { savedPlace($0, now) }
        if saved == nil { cursor = nil }
        place = saved ?? beginning(startDate.seconds, now)
        keepLargerPage()
        if case .chat(let start, _) = place {
            chat = ChatRead(start, published: Timestamp(position: bookmark?.replicationKey)?.seconds, now)
        }
        asked = [place.hashValue]
        return pageRequest
    }

    /// Takes a page's summary.
    /// - Parameter coveredUntil: see ``PageTimes``; nil where it is of no weight.
    package mutating func advance(_ page: PageSummary, coveredUntil: Timestamp? = nil) -> Step {
        if isFirst, let coveredUntil { boundChatRead(by: coveredUntil) }
        isFirst = false
        let move =
            switch request.dialect {
            case .cursorList: advanceCursorList(page)
            case .incrementalCursor: advanceCursorExport(page)
            case .incrementalTime: advanceTimeExport(page)
            case .incrementalTimeOpen: advanceOpenTimeExport(page)
            case .offsetList, .singlePage: advanceOffsetList(page)
            case .chatSinceID: advanceIDList(page)
            case .chatIncremental, .chatIncrementalMicroseconds: advanceChatExport(page)
            }
        switch move {
        case .on:
            if mayShrink { pageSize = min(pageSize * 2, max(fullPageSize, pageSize)) }
            return .fetch(pageRequest)
        case .finished: return .finished
        case .failed(let error): return .failed(error)
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

    /// The same page in the size that the server is known to give, after it refused the larger one; nil where that was
    /// not asked for. The read stays at this size.
    package mutating func refusedPageSize() -> PageRequest? {
        guard let larger = request.largerPageSize, larger > request.pageSize, fullPageSize == larger else { return nil }
        fullPageSize = request.pageSize
        guard pageSize > request.pageSize else { return nil }
        pageSize = request.pageSize
        return pageRequest
    }

    /// The request for an earlier start, after Zendesk called the last one too recent; nil where it was old enough:
    /// then there is nothing to read yet.
    package mutating func earlier(now: Timestamp) -> PageRequest? {
        let start: Int64
        switch place {
        case .time(let seconds): start = seconds
        case .chat: return earlierChat(now: now)
        case .beginning, .cursor:
            guard let window else { return nil }
            start = window.start
        default: return nil
        }
        for holdback in [Self.holdback, Self.longHoldback] where start > now.seconds - holdback {
            let earlier = max(0, now.seconds - holdback)
            switch place {
            case .time: place = .time(earlier)
            default: window?.start = earlier
            }
            return pageRequest
        }
        return nil
    }

    /// The request that replaces a saved cursor which Zendesk refuses: a list starts anew, an export five minutes
    /// before the last replication key; ``restart`` says which. Nil where the refused cursor is not a saved one.
    package mutating func restarted(bookmark: Bookmark?, startDate: Timestamp, now: Timestamp) -> PageRequest? {
        guard isFirst, restart == nil, let refused = cursor else { return nil }
        switch place {
        case .beginning, .time: return nil
        case .cursor, .page, .id, .chat: break
        }
        cursor = nil
        let last = Timestamp(position: bookmark?.replicationKey)?.seconds
        place = beginning(last.map { max(0, $0 - Self.overlap) } ?? startDate.seconds, now)
        if case .chat(let start, _) = place { chat?.start = start }
        // The way may lead past the refused cursor again.
        asked = [place.hashValue]
        restart = Restart(cursor: refused, from: startTime.map(Timestamp.init(seconds:)))
        return pageRequest
    }

    /// The second that the next page reads again, of an export by time; nil for the others.
    package var seamSecond: Int64? {
        switch request.dialect {
        case .incrementalTime, .incrementalTimeOpen: cursor.flatMap(SizedPlace.init)?.place
        case .chatIncremental, .chatIncrementalMicroseconds: chatSeamSecond
        default: nil
        }
    }

    /// The seam reaches back over pages: it keeps the records of the page before, too.
    package var carriesSeam: Bool { chat?.carriesSeam ?? false }

    /// Moves to a place of which the bookmark keeps `text`, or its own text.
    mutating func move(to next: PagePlace, text: String? = nil) -> Move {
        guard asked.insert(next.hashValue).inserted else {
            return .failed(.paginationLoop(stream, position: next.text ?? "the beginning"))
        }
        place = next
        cursor = text ?? next.text
        return .on
    }

    /// The same place again in a larger page, because what is there fills the page; an error at the largest.
    ///
    /// An export by time keeps the size in its bookmark, so that one that is killed again and again gets past it too.
    mutating func enlarge(second: Int64) -> Move {
        guard pageSize < Self.largestExportPage else {
            return .failed(.fullSecond(stream, second: Timestamp(seconds: second), pageSize: pageSize))
        }
        pageSize = min(pageSize * 2, Self.largestExportPage)
        // Else a server that cannot give larger pages would send us back and forth.
        mayShrink = false
        if case .time = place { cursor = SizedPlace(second, size: pageSize).text }
        return .on
    }

    /// Goes on with the page size that a read which was broken off had needed.
    private mutating func keepLargerPage() {
        guard case .time = place, let size = cursor.flatMap(SizedPlace.init)?.size else { return }
        pageSize = max(pageSize, min(size, Self.largestExportPage))
        mayShrink = false
    }

    /// Where a bookmark's cursor leads; nil for a text that is none of the dialect's: then the start date loses nothing.
    private func savedPlace(_ cursor: String, _ now: Timestamp) -> PagePlace? {
        switch request.dialect {
        case .cursorList: .cursor(window == nil ? cursor : ListWindow.parts(cursor).cursor)
        case .incrementalCursor: .cursor(cursor)
        case .incrementalTime, .incrementalTimeOpen: SizedPlace(cursor).map { .time(Self.start($0.place, now)) }
        case .offsetList: offsetPlace(cursor)
        case .singlePage: Int(cursor).flatMap { $0 > 0 ? .page($0) : nil }
        case .chatSinceID: Int64(cursor).map { .id($0) }
        case .chatIncremental, .chatIncrementalMicroseconds: PagePlace.chat(cursor)
        }
    }

    /// A page's number says where it begins only together with the size of the pages before it.
    private func offsetPlace(_ cursor: String) -> PagePlace? {
        guard let saved = SizedPlace(cursor), saved.size == pageSize, saved.place > 0 else { return nil }
        return Int(exactly: saved.place).map { .page($0) }
    }

    private func beginning(_ start: Int64, _ now: Timestamp) -> PagePlace {
        switch request.dialect {
        case .cursorList, .chatSinceID: .beginning
        case .offsetList, .singlePage: .page(1)
        case .incrementalCursor, .incrementalTime, .incrementalTimeOpen: .time(Self.start(start, now))
        case .chatIncremental, .chatIncrementalMicroseconds: chatBeginning(start, now)
        }
    }

    /// From when on a timed list is asked for: a broken read's own start, else the window before its last key.
    private func listWindow(_ bookmark: Bookmark?, _ startDate: Timestamp, _ now: Timestamp) -> ListWindow {
        let end = max(0, now.seconds)
        if let cursor = bookmark?.cursor, let start = ListWindow.parts(cursor).start {
            return ListWindow(start: Self.start(start, now), end: end)
        }
        var start = startDate.seconds
        if let last = Timestamp(position: bookmark?.replicationKey)?.seconds {
            let window = request.rereadWindow.map(\.components.seconds) ?? 0
            start = max(start, Self.start(last, now) - window)
        }
        return ListWindow(start: Self.start(start, now), end: end)
    }

    /// From when on the next request asks for records, seconds since 1970.
    private var startTime: Int64? {
        switch place {
        case .time(let seconds): seconds
        case .chat(let time, _): seconds(time)
        default: window?.start
        }
    }

    private static func start(_ seconds: Int64, _ now: Timestamp) -> Int64 {
        max(0, min(seconds, now.seconds - holdback))
    }
}
