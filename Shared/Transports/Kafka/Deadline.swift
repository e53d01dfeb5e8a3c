import Model

/// A moment until which calls may go on.
struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    init(after duration: Duration) {
        end = ContinuousClock.now + duration
    }

    var isOver: Bool { ContinuousClock.now >= end }

    /// What is left, for a C call: at least 0, at most `most`.
    func milliseconds(atMost most: Int32) -> Int32 {
        let left = (end - ContinuousClock.now).wholeMilliseconds
        return Int32(max(0, min(Int64(most), left + 1)))
    }
}
