import Messaging
import Model

/// What was passed over of some connections in one partition, on its way again through a reader of its own.
struct CatchUp {
    let number: Int
    /// The connections that take what it brings; one that fails meanwhile is left to the next reader.
    var connections: Set<ConnectionKey>
    /// What lies below it has been read once the reader has come to its end.
    let end: Int64
    /// Where the reader stands.
    var next: Int64
    let startedAt = ContinuousClock.now
    var reader: (any MessageReader)?
    /// Read and not taken yet; nil while the reader reads.
    var chunk: Result<[Delivery]?, any Error>?
    /// Set after a failure.
    var retryAt: Timestamp?
}
