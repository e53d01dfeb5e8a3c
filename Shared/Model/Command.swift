/// What a person asks of a connection, in `{ns}.commands` under the key `tenant/connection`. Version 1; additive.
///
/// A command only asks: what became of it stands in the connection's state, or in its bookmarks, and that is what counts
/// after a restart.
package struct Command: Hashable, Sendable, Codable {
    package var version = 1
    /// Names this command among all: one that comes twice takes effect once.
    package var id: String
    package var type: Kind
    /// The only stream that is meant, of a ``Kind/reset``; nil: all of the connection's.
    package var stream: StreamName?
    /// From when on a ``Kind/reset`` reads again; nil: the connection's start date.
    package var from: Timestamp?
    /// By the clock of who asked.
    package var issuedAt: Timestamp
    /// Who asked, for people: `cli`, `console`.
    package var by: String?

    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Run now, whatever the schedule says; also while paused.
        case run
        /// Begin no more scheduled runs; a run under way goes on.
        case pause
        case resume
        /// End the run under way at its next page boundary; what is extracted still loads.
        case stop
        /// Read a stream, or all, again.
        case reset
        case check
    }

    package init(
        id: String,
        type: Kind,
        stream: StreamName? = nil,
        from: Timestamp? = nil,
        issuedAt: Timestamp,
        by: String? = nil
    ) {
        self.id = id
        self.type = type
        self.stream = stream
        self.from = from
        self.issuedAt = issuedAt
        self.by = by
    }

    /// A new one, with an id of its own.
    /// - Parameter by: who asks: `cli`, `console`.
    package init(
        _ type: Kind,
        stream: StreamName? = nil,
        from: Timestamp? = nil,
        at now: Timestamp,
        by: String
    ) {
        self.init(id: RunID(at: now).rawValue, type: type, stream: stream, from: from, issuedAt: now, by: by)
    }

    enum CodingKeys: String, CodingKey {
        case version, id, type, stream, from, by
        case issuedAt = "issued_at"
    }
}
