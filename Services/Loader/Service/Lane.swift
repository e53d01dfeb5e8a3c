import Messaging
import Model

/// One connection's way into its schema, while this loader has its partition.
struct Lane {
    let definition: ConnectionDefinition
    var state: State
    var backoff = Backoff()
    /// True once its positions were compared with where its partitions are read from.
    var isCompared = false
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
        /// What is loaded, or on its way: an event of it that comes again is a repeat.
        var taken: PositionFilter
        /// Streams whose table another hand changed: their events stay in the log.
        var leftOut: [StreamName: LeftOut] = [:]

        init(schema: any DestinationSchema, builder: BatchBuilder) {
            self.schema = schema
            self.builder = builder
            taken = builder.filter
        }
    }

    /// Why a stream is left out, and until when.
    struct LeftOut {
        let error: ConnectionFailure
        let retryAt: Timestamp
        /// The newest reset that was tried; a newer one in the log ends the wait.
        let reset: Int64
        var reportedAt: Timestamp?
    }

    /// Notes that a batch is on its way.
    mutating func take(_ batch: OpenBatch) {
        guard case .open(var session) = state else { return }
        for position in batch.positions(beyond: session.taken) { session.taken.loaded(position) }
        state = .open(session)
    }

    /// Notes that nothing is on its way.
    mutating func takeNothing() {
        guard case .open(var session) = state else { return }
        session.taken = session.builder.filter
        state = .open(session)
    }

    var session: Session? {
        if case .open(let session) = state { session } else { nil }
    }

    var error: (any ExplainedError)? {
        if case .setAside(let error, _, _) = state { error } else { nil }
    }
}
