import Messaging
import Model

/// A batch on its way into its schema. A connection's batches go in order: while the first is applied, the second is
/// staged on the supposition that the first will load as it was planned.
struct SealedBatch {
    let number: Int
    let batch: OpenBatch
    var phase: Phase

    enum Phase {
        /// What comes of the batch before it has to be known first, or there is no room yet.
        case waiting
        /// It is planned, and its rows go to staging.
        case staging
        case staged(RefusingLoad, RefusingLoad.Staged, took: Duration)
        /// Staging did not take it.
        case notStaged(any Error)
        /// - Parameter plan: nil where it is planned anew.
        case applying(BatchPlan?, holdsRows: Bool)
        case loaded(Loaded)
        case failed(any Error)
    }

    /// What came of a batch.
    struct Loaded {
        let plan: BatchPlan
        let reports: [LoadingReport]
    }

    /// The bytes that it takes: its events, and its rows while they are here.
    var weight: Int {
        switch phase {
        case .staging: 2 * batch.bytes
        case .staged(_, let staged, _): staged.holdsRows ? 2 * batch.bytes : batch.bytes
        case .applying(_, let holdsRows): holdsRows ? 2 * batch.bytes : batch.bytes
        case .waiting, .notStaged, .loaded, .failed: batch.bytes
        }
    }

    /// True while a job is at work on it.
    var isAtWork: Bool {
        switch phase {
        case .staging, .applying: true
        case .waiting, .staged, .notStaged, .loaded, .failed: false
        }
    }

    var isWaiting: Bool {
        if case .waiting = phase { true } else { false }
    }
}

/// What a job of a run has come to.
enum JobOutcome: Sendable {
    case staged(ConnectionKey, number: Int, RefusingLoad, RefusingLoad.Staged, took: Duration)
    case notStaged(ConnectionKey, number: Int, any Error)
    case applied(ConnectionKey, number: Int, Result<SealedBatch.Loaded, any Error>)
    case relayed(ConnectionKey, (any Error)?)
    case opened(ConnectionKey, number: Int, Result<OpenedSchema, any Error>)
    /// Read again; the reader is nil where it could not be made, the deliveries at its end.
    case read(TopicPartition, number: Int, (any MessageReader)?, Result<[Delivery]?, any Error>)
    case closed
}
