package import Model

/// A connection's rejected records of the last 30 days: how many for which reason, and where the newest are.
package struct RejectedView: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var total: Int
    /// By table and reason, the most frequent first.
    package var reasons: [Reason]
    /// The newest first; at most ``Board/mostRejected``. What they hold is not here.
    package var records: [RejectionRow]

    package struct Reason: Hashable, Sendable, Encodable {
        package var table: String
        package var reason: String
        package var count: Int
        package var firstAt: Timestamp
        package var lastAt: Timestamp

        package init(table: String, reason: String, count: Int, firstAt: Timestamp, lastAt: Timestamp) {
            self.table = table
            self.reason = reason
            self.count = count
            self.firstAt = firstAt
            self.lastAt = lastAt
        }

        enum CodingKeys: String, CodingKey {
            case table, reason, count
            case firstAt = "first_at"
            case lastAt = "last_at"
        }
    }

    package init(
        tenant: TenantID,
        connection: ConnectionID,
        total: Int,
        reasons: [Reason],
        records: [RejectionRow]
    ) {
        self.tenant = tenant
        self.connection = connection
        self.total = total
        self.reasons = reasons
        self.records = records
    }
}

/// One rejected record, without what it holds.
package struct RejectionRow: Hashable, Sendable, Encodable {
    package var table: String
    package var reason: String
    package var rejectedAt: Timestamp
    package var extractedAt: Timestamp?
    package var sequence: Int64?
    /// Of the record, in UTF-8; it may have been cut.
    package var bytes: Int
    /// Where the record's own event is.
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// Where its message of `{ns}.rejected` is, from which ``BoardFeed/rejectedRecord(at:of:)`` reads the content.
    package var place: RejectedPlace

    package init(
        table: String,
        reason: String,
        rejectedAt: Timestamp,
        extractedAt: Timestamp?,
        sequence: Int64?,
        bytes: Int,
        topic: String,
        partition: Int32,
        offset: Int64,
        place: RejectedPlace
    ) {
        self.table = table
        self.reason = reason
        self.rejectedAt = rejectedAt
        self.extractedAt = extractedAt
        self.sequence = sequence
        self.bytes = bytes
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.place = place
    }

    enum CodingKeys: String, CodingKey {
        case table, reason, sequence, bytes, topic, partition, offset, place
        case rejectedAt = "rejected_at"
        case extractedAt = "extracted_at"
    }
}

/// A message of `{ns}.rejected`.
package struct RejectedPlace: Hashable, Sendable, Encodable {
    package var partition: Int32
    package var offset: Int64

    package init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }
}
