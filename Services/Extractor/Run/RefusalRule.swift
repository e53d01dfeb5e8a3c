/// Tells refusals of single records from one of the whole stream: nothing was given, and much was refused.
package struct RefusalRule: Hashable, Sendable {
    private static let limit = 10
    /// At the end of a walk through what changed: so many may be closed one by one.
    private static let fewestAtEnd = 3

    private var refused = 0
    private var forbidden = 0
    private var hasGiven = false

    package init() {}

    /// Takes what became of one parent.
    /// - Parameter status: of the refusal; nil where its children were given.
    /// - Returns: whether the stream as a whole is refused.
    package mutating func isRefused(after status: Int?) -> Bool {
        if let status {
            refused += 1
            if status == 403 { forbidden += 1 }
        } else {
            hasGiven = true
        }
        return !hasGiven && refused >= Self.limit
    }

    /// True while all that was asked for was refused: then no parent is done with, as the stream may be closed.
    package var isUndecided: Bool { refused > 0 && !hasGiven }

    /// Whether the stream as a whole is refused when there is no more to ask for.
    /// - Parameter changedOnly: the walk goes through what changed, which may be a few records that are closed or gone.
    package func isRefusedAtEnd(changedOnly: Bool) -> Bool {
        isUndecided && (!changedOnly || forbidden >= Self.fewestAtEnd)
    }
}
