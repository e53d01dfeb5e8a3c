import Model

/// What a page says about the pages after it. Members that the answer does not have, or has as null, are nil.
package struct PageSummary: Hashable, Sendable {
    /// `next_page`, where the answer has it.
    package enum NextPage: Hashable, Sendable {
        case null
        /// Never followed: at most a query item of it is read.
        case link(String)
    }

    /// Elements of the page's lists, rejected ones included.
    package var records = 0
    /// `end_of_stream`
    package var endOfStream: Bool?
    /// `meta.has_more`
    package var hasMore: Bool?
    /// `after_cursor`, or `meta.after_cursor`
    package var afterCursor: String?
    /// `end_time`, seconds or microseconds since 1970.
    package var endTime: Int64?
    /// `end_id`
    package var endID: String?
    /// `next_page`; nil where the answer has no such member.
    package var nextPage: NextPage?
    /// `count`
    package var count: Int64?
    /// The greatest integer key of the records, for answers without members around them (Chat's lists).
    package var greatestID: Int64?

    package init(
        records: Int = 0,
        endOfStream: Bool? = nil,
        hasMore: Bool? = nil,
        afterCursor: String? = nil,
        endTime: Int64? = nil,
        endID: String? = nil,
        nextPage: NextPage? = nil,
        count: Int64? = nil,
        greatestID: Int64? = nil
    ) {
        self.records = records
        self.endOfStream = endOfStream
        self.hasMore = hasMore
        self.afterCursor = afterCursor
        self.endTime = endTime
        self.endID = endID
        self.nextPage = nextPage
        self.count = count
        self.greatestID = greatestID
    }

    /// A query item of ``nextPage``, percent-decoded, or as it is where that fails; nil where it has none.
    func nextPageItem(_ name: String) -> String? {
        guard case .link(let link) = nextPage, let query = link.split(separator: "?", maxSplits: 1).dropFirst().first
        else { return nil }
        guard let item = query.split(separator: "&").first(where: { $0.hasPrefix("\(name)=") }) else { return nil }
        let text = String(item.dropFirst(name.utf8.count + 1)).replacing("+", with: " ")
        return PercentText.decoded(text) ?? text
    }
}
