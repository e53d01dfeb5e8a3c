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
    /// For a stream with requests per record of another one: the last of these that is done, in the order of their walk;
    /// ``cursor`` is the place of the walk's page.
    package var done: String?
    /// How many requests the last complete read took.
    package var requests: Int?
    /// Tickets whose comments changed without a new comment: their audits are to be read first.
    package var revisit: [Int64]?
    /// Where the stream was told to begin by its last reset, instead of the connection's start date.
    package var start: Timestamp?
    /// The mark of a reset, greater than any earlier one of the stream, until a schema event has carried it to the
    /// loaders.
    package var reset: Int64?

    package init(sequence: Int64 = 0, complete: Bool = false) {
        self.sequence = sequence
        self.complete = complete
    }

    enum CodingKeys: String, CodingKey {
        case version, cursor, sequence, complete, seam, schema, done, requests, revisit, start, reset
        case tableVersion = "tableversion"
        case replicationKey = "replication_key"
        case asOf = "as_of"
    }
}
