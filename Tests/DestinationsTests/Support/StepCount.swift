import Synchronization

/// Counts steps down.
final class StepCount: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    /// True when no step was left.
    func isSpent() -> Bool {
        left.withLock { left in
            left -= 1
            return left < 0
        }
    }
}
