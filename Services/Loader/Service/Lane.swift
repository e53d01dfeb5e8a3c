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
        /// Streams whose table another hand changed: their events stay in the log.
        var leftOut: [StreamName: LeftOut] = [:]
    }

    /// Why a stream is left out, and until when.
    struct LeftOut {
        let error: DestinationError
        let retryAt: Timestamp
        /// The newest reset that was tried; a newer one in the log ends the wait.
        let reset: Int64
        var reportedAt: Timestamp?
    }

    var session: Session? {
        if case .open(let session) = state { session } else { nil }
    }

    var error: (any ExplainedError)? {
        if case .setAside(let error, _, _) = state { error } else { nil }
    }
}
