import Messaging
import Model

/// One connection's way into its schema, while this loader has its partition.
struct Lane {
    let definition: ConnectionDefinition
    var state: State
    var backoff = Backoff()
    /// Times in a row that another loader's position was found.
    var moves = 0
    /// When a failure was last reported to the reports' topic.
    var lastFailureReport: Timestamp?

    enum State {
        case open(Session)
        /// Its events are dropped and stay in the log until the destination answers again.
        case setAside(error: any ExplainedError, since: Timestamp, retryAt: Timestamp)
    }

    /// The open schema, and what is known of it.
    struct Session {
        let schema: any DestinationSchema
        var builder: BatchBuilder
    }

    var session: Session? {
        if case .open(let session) = state { session } else { nil }
    }

    var error: (any ExplainedError)? {
        if case .setAside(let error, _, _) = state { error } else { nil }
    }
}
