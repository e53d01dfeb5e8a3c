package import Model

/// What one message of the topics that the console reads says.
package enum BoardFact: Hashable, Sendable {
    /// Nil: the connection's tombstone.
    case definition(ConnectionKey, ConnectionDefinition?)
    /// Nil: its tombstone.
    case state(ConnectionKey, ConnectionState?)
    /// Nil: its tombstone.
    case bookmark(ConnectionKey, StreamName, Bookmark?)
    /// A run's report so far.
    case progress(ExtractionReport)
    case extraction(ExtractionReport)
    case loading(LoadingReport)
    case rejected(RejectedFact)
}

/// A rejected record without what it holds.
package struct RejectedFact: Hashable, Sendable {
    /// The same however often its message comes.
    package var id: String
    package var connection: ConnectionKey
    package var row: RejectionRow

    package init(id: String, connection: ConnectionKey, row: RejectionRow) {
        self.id = id
        self.connection = connection
        self.row = row
    }
}
