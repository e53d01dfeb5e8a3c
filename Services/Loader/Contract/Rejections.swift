package import Model

/// Which rows of `_sdc_rejected` are meant.
package struct RejectedSelection: Hashable, Sendable {
    package var table: String?
    /// A reason, or how it begins.
    package var reason: String?
    /// Only those that could be loaded after a fix.
    package var isReplayable = false
    /// Only those that were rejected by this time.
    package var until: Timestamp?

    package init(table: String? = nil, reason: String? = nil) {
        self.table = table
        self.reason = reason
    }
}

/// Where a row of `_sdc_rejected` is, and what it is of: the first names it as long as nobody moves it, the rest tells
/// that it is still the same one.
package struct RejectedPlace: Hashable, Sendable {
    /// The destination's own name for the row.
    package var place: String
    package var topic: String
    package var partition: Int32
    package var offset: Int64

    package init(place: String, topic: String, partition: Int32, offset: Int64) {
        self.place = place
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

/// A row of `_sdc_rejected` as it was read.
package struct StoredRejection: Hashable, Sendable {
    package var place: RejectedPlace
    package var row: RejectedRow

    package init(place: RejectedPlace, row: RejectedRow) {
        self.place = place
        self.row = row
    }
}

/// Rows of `_sdc_rejected` that have table, reason and kind in common.
package struct RejectedGroup: Hashable, Sendable {
    package var table: String
    package var reason: String
    package var isReplayable: Bool
    package var count: Int
    package var first: Timestamp
    package var last: Timestamp

    package init(table: String, reason: String, isReplayable: Bool, count: Int, first: Timestamp, last: Timestamp) {
        self.table = table
        self.reason = reason
        self.isReplayable = isReplayable
        self.count = count
        self.first = first
        self.last = last
    }
}
