import Model

/// All that the topics say of one connection.
struct ConnectionAccount: Sendable {
    var definition: ConnectionDefinition?
    /// When the definition came to be what it is.
    var definedAt: Timestamp?
    var state: ConnectionState?
    var places: [StreamName: StreamPlace] = [:]
    var runs = RunHistory()
    var loads = LoadHistory()
    var rejections = RejectionHistory()
}

/// What the board keeps of a bookmark.
struct StreamPlace: Sendable {
    var asOf: Timestamp?
    var sequence: Int64
    var position: String?
    /// How many requests the last complete read took.
    var requests: Int?
    /// When it was told to begin anew, until it has.
    var resetAt: Timestamp?

    init(_ bookmark: Bookmark) {
        asOf = bookmark.asOf
        sequence = bookmark.sequence
        position = bookmark.replicationKey
        requests = bookmark.requests
        resetAt = bookmark.reset.map(Timestamp.init(milliseconds:))
    }
}
