package import Model

/// What one message of the topics that the console reads says.
package enum BoardFact: Hashable, Sendable {
    /// Nil: the connection's tombstone.
    case definition(ConnectionKey, ConnectionDefinition?)
    case state(ConnectionKey, ConnectionState)
    /// A run's report so far.
    case progress(ExtractionReport)
    case extraction(ExtractionReport)
    case loading(LoadingReport)
}
