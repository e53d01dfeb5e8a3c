import Catalog

/// Lists, which are read whole: their bookmark has a cursor only while a read is broken off.
extension Paginator {
    /// Beyond that Zendesk refuses to count, long before.
    private static let mostPages = 10_000

    mutating func advanceCursorList(_ page: PageSummary) -> Move {
        guard let hasMore = page.hasMore else {
            // An archived ticket's audits come whole, whatever page is asked for.
            if isPerRecord, page.nextPageItem("page") == nil { return finishList() }
            return .failed(.unexpectedPage(stream, problem: "meta.has_more is missing"))
        }
        guard hasMore else { return finishList() }
        guard let after = page.afterCursor else { return .failed(.paginationLoop(stream, position: "no cursor")) }
        return move(to: .cursor(after), text: window?.text(after))
    }

    /// Also answers that should be the only page: one with a link to another is gone on with, never cut off.
    mutating func advanceOffsetList(_ page: PageSummary) -> Move {
        guard case .link = page.nextPage, page.records > 0 else { return finishList() }
        guard case .page(let number) = place, number < Self.mostPages else {
            return .failed(.paginationLoop(stream, position: "page \(Self.mostPages)"))
        }
        let isSized = request.dialect == .offsetList
        return move(
            to: .page(number + 1),
            text: isSized ? SizedPlace(Int64(number + 1), size: pageSize).text : nil
        )
    }

    mutating func advanceIDList(_ page: PageSummary) -> Move {
        guard page.records > 0 else { return finishList() }
        guard let last = page.greatestID, last < .max else {
            return .failed(.unexpectedPage(stream, problem: "its records have no numbers as ids"))
        }
        // Only forwards: the ids of the pages after are not below what was asked for.
        if case .id(let asked) = place, last < asked {
            return .failed(.paginationLoop(stream, position: "since_id \(asked)"))
        }
        return move(to: .id(last + 1))
    }

    private mutating func finishList() -> Move {
        cursor = nil
        return .finished
    }
}
