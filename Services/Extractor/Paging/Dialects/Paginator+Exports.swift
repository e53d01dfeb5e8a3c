import Model

/// Support's, Talk's and Help Center's exports: their cursor starts the next run.
extension Paginator {
    mutating func advanceCursorExport(_ page: PageSummary) -> Move {
        if page.endOfStream == true {
            cursor = page.afterCursor ?? cursor
            return .finished
        }
        guard let after = page.afterCursor else { return .failed(.paginationLoop(stream, position: "no cursor")) }
        return move(to: .cursor(after))
    }

    mutating func advanceTimeExport(_ page: PageSummary) -> Move {
        guard case .time(let start) = place else { return .failed(.paginationLoop(stream, position: "no time")) }
        let end = end(of: page, from: start)
        if page.endOfStream == true {
            cursor = String(end)
            return .finished
        }
        return advance(from: start, to: end, page) ?? .failed(.paginationLoop(stream, position: "start_time \(start)"))
    }

    /// Without `end_of_stream` a page that stays in the second it began with, and is not full, is the last.
    mutating func advanceOpenTimeExport(_ page: PageSummary) -> Move {
        guard case .time(let start) = place else { return .failed(.paginationLoop(stream, position: "no time")) }
        if let end = page.endTime, end < start, page.records > 0 {
            return .failed(.paginationLoop(stream, position: "end_time \(end) before start_time \(start)"))
        }
        let end = end(of: page, from: start)
        guard page.records > 0, page.nextPage != .null, page.endOfStream != true else {
            cursor = String(end)
            return .finished
        }
        if let move = advance(from: start, to: end, page) { return move }
        cursor = String(end)
        return .finished
    }

    /// A page ends within its last record's second, which the next one reads again from its beginning. A second that
    /// fills a page cannot be passed without losing what of it did not fit: a larger page is tried, then it is an error.
    /// - Returns: nil for a page that neither moves on nor is full.
    private mutating func advance(from start: Int64, to end: Int64, _ page: PageSummary) -> Move? {
        if end > start { return move(to: .time(end)) }
        cursor = String(end)
        return page.records >= pageSize ? enlarge(second: start) : nil
    }

    /// An empty page's end may be the present moment, before which changes still become visible: it moves nothing when
    /// nothing follows it.
    private func end(of page: PageSummary, from start: Int64) -> Int64 {
        if page.records == 0, page.endOfStream != false { return start }
        let end = page.endTime ?? page.nextPageItem("start_time").flatMap { Int64($0) }
        return max(end ?? start, start)
    }
}
