/// What a page says about the pages after it. Members that the answer does not have, or has as null, are nil.
package struct PageSummary: Hashable, Sendable {
    /// Elements of the page's list, rejected ones included.
    package var records = 0
    /// `end_of_stream`
    package var endOfStream: Bool?
    /// `meta.has_more`
    package var hasMore: Bool?
    /// `after_cursor`, or `meta.after_cursor`
    package var afterCursor: String?
    /// `end_time`, seconds since 1970.
    package var endTime: Int64?

    package init(
        records: Int = 0,
        endOfStream: Bool? = nil,
        hasMore: Bool? = nil,
        afterCursor: String? = nil,
        endTime: Int64? = nil
    ) {
        self.records = records
        self.endOfStream = endOfStream
        self.hasMore = hasMore
        self.afterCursor = afterCursor
        self.endTime = endTime
    }
}
