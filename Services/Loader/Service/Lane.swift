import Messaging
import Model

/// One connection's way into its schema, while this loader has its partition.
struct Lane {
    let definition: ConnectionDefinition
    var state: State
    var backoff = Backoff()
    /// True once its positions were compared with where its partitions are read from.
    var isCompared = false
    /// Why nothing more is taken of it until what is on its way has come to an end.
    var pause: Pause?
    /// Times in a row that another loader's position was found.
    var moves = 0
    /// When a failure was last reported to the reports' topic.
    var lastFailureReport: Timestamp?

    enum State {
        /// Its schema is being opened; until then its events are passed over.
        case opening(Opening)
        case open(Session)
        /// Its events are passed over and stay in the log until the destination answers again.
        case setAside(error: any ExplainedError, since: Timestamp, retryAt: Timestamp)
    }

    struct Opening {
        let number: Int
        /// Why it was set aside before, and since when.
        let failure: (error: any ExplainedError, since: Timestamp)?
        /// What was known of the schema when another loader's position was found.
        let former: Session?
    }

    enum Pause {
        /// Its definition has changed, or is gone.
        case changed
        /// Its destination takes longer than the others can wait.
        case slow
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
        /// How far what was passed over has been looked through for a reset; nil where the consumer does so by itself.
        var lookedTo: Int64?
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

    /// Why it is set aside, also while it is tried again.
    var error: (any ExplainedError)? {
        switch state {
        case .setAside(let error, _, _): error
        case .opening(let opening): opening.failure?.error
        case .open: nil
        }
    }

    var opening: Opening? {
        if case .opening(let opening) = state { opening } else { nil }
    }
}
