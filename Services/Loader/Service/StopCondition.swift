/// When a run of the loader ends.
package enum StopCondition: Sendable {
    /// Once its ``StopSignal`` says so.
    case cancelled
    /// Once all assigned partitions are read to their end, as of a check made after `when` answers true, and everything
    /// is loaded and committed, or set aside; or earlier, once its ``StopSignal`` says so.
    case idle(when: @Sendable () -> Bool)

    /// There will be more to load, whatever the log holds now.
    var isLasting: Bool {
        switch self {
        case .cancelled: true
        case .idle(let isDue): !isDue()
        }
    }
}
