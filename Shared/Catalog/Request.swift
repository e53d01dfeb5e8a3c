/// The requests that bring a stream.
package struct Request: Hashable, Sendable {
    /// Below `/api/v2/`; `{id}` stands for the parent record's key.
    package var path: String
    package var dialect: PaginationDialect
    package var envelope: Envelope
    package var pageSize: Int
    /// A size to try before ``pageSize``, which is asked for where the server refuses this one; nil: none.
    package var largerPageSize: Int?
    package var sideLoads: [String]
    /// Further query items, sent with each request.
    package var parameters: [String: String]
    package var bucket: RateBucket
    /// In a shared bucket streams with a smaller rank are read to their end first.
    package var rank: Int
    /// Where the first request of a list says from when on records are wanted.
    package var start: Start
    /// How far before its last position a read of ``start`` begins anew, for records that change behind it.
    package var rereadWindow: Duration?
    /// The member that each record gets with its parent's key, unless it has it; nil: none. For requests per record.
    package var parentKey: String?

    /// How a list is asked for what is newer than a time.
    package enum Start: Hashable, Sendable {
        /// Not at all, or as the dialect has it.
        case none
        /// `start_time`, seconds since 1970.
        case startTime
        /// `filter[created_at][]` twice: from, to.
        case createdAtFilter
    }

    package init(
        path: String,
        dialect: PaginationDialect,
        envelope: Envelope,
        pageSize: Int,
        largerPageSize: Int? = nil,
        sideLoads: [String] = [],
        parameters: [String: String] = [:],
        bucket: RateBucket = .account,
        rank: Int = 0,
        start: Start = .none,
        rereadWindow: Duration? = nil,
        parentKey: String? = nil
    ) {
        self.path = path
        self.dialect = dialect
        self.envelope = envelope
        self.pageSize = pageSize
        self.largerPageSize = largerPageSize
        self.sideLoads = sideLoads
        self.parameters = parameters
        self.bucket = bucket
        self.rank = rank
        self.start = start
        self.rereadWindow = rereadWindow
        self.parentKey = parentKey
    }
}
