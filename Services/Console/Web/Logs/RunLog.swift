import Model

/// What one run has said.
struct RunLog: Sendable {
    let run: RunID
    /// Those that the filter wants, by time; the newest where there are too many.
    var lines: [LogLine]
    /// More lines than are kept were wanted.
    var isCut: Bool
    /// The offset after the last line that was looked at, in the tenant's partition.
    var end: Int64
}
