/// Where a stream resumes, published together with the page before it (`{ns}.bookmarks`).
package struct Bookmark: Hashable, Sendable, Codable {
    /// The format of this record.
    package var version = 1
    /// What the next request continues from; its meaning is the pagination dialect's. Nil: from the start.
    package var cursor: String?
    /// The highest sequence published for this stream.
    package var sequence: Int64
    /// The version of the read in progress, or of the last one, for streams that are read whole.
    package var tableVersion: Int64?
    /// True when the stream had caught up (or its full read was complete) after this page.
    package var complete: Bool
    /// The last value of the replication key, for people and for replacing a refused cursor.
    package var replicationKey: String?
    /// Every change that Zendesk had made visible by this time is published. Nil until caught up once.
    package var asOf: Timestamp?
    /// Records of the last, inclusive second, by key, with the hash of their bytes: the next page begins with them.
    package var seam: [String: String]?
    /// The hash of the schema event that was published last.
    package var schema: String?

    package init(sequence: Int64 = 0, complete: Bool = false) {
        self.sequence = sequence
        self.complete = complete
    }

    enum CodingKeys: String, CodingKey {
        case version, cursor, sequence, complete, seam, schema
        case tableVersion = "tableversion"
        case replicationKey = "replication_key"
        case asOf = "as_of"
    }
}

/// A connection's own state, under the key `tenant/connection/@state` of the bookmarks topic.
package struct ConnectionState: Hashable, Sendable, Codable {
    package var version = 1
    package var pausedSince: Timestamp?
    package var lastScheduledStart: Timestamp?
    package var lastCommandOffset: Int64?
    package var rateLimitedUntil: Timestamp?
    package var parked: [String: String]?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case version, parked
        case pausedSince = "paused_since"
        case lastScheduledStart = "last_scheduled_start"
        case lastCommandOffset = "last_command_offset"
        case rateLimitedUntil = "rate_limited_until"
    }
}
