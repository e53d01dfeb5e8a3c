package import Messaging
package import Model

/// What the loader itself can fail with.
package enum LoaderError: ExplainedError, Hashable {
    /// An event of a type that this version does not know; nothing of its partition is loaded from there on.
    case upgradeFirst(type: String, partition: TopicPartition, offset: Int64)
    /// The destination's account of a table does not add up; the batch was not loaded.
    case imbalance(table: String, events: Int, accounted: Int)
    /// Something that no part of Deskpipe explains.
    case unexpected(String)

    package var message: String {
        switch self {
        case .upgradeFirst(let type, let partition, let offset):
            "upgrade the loader first: \(partition) has an event of type \(type) at offset \(offset)"
        case .imbalance(let table, let events, let accounted):
            "the load of \(table) does not add up: \(events) events, \(accounted) accounted for; nothing was loaded"
        case .unexpected(let what):
            "loading failed: \(what)"
        }
    }

    package var exitCode: ExitCode { .unexpected }

    package var recovery: Recovery {
        switch self {
        case .upgradeFirst: .stop
        case .imbalance, .unexpected: .retry(after: .seconds(1))
        }
    }
}
