/// When batches are sealed: `batch.rows`, `batch.bytes`, `batch.age`.
package struct BatchSettings: Hashable, Sendable {
    /// Most events in all open batches of the process together.
    package var rows: Int
    /// Most bytes of events in all open batches of the process together.
    package var bytes: Int
    /// How long a batch may stay open.
    package var age: Duration

    /// Connections that load at a time.
    package static let connections = 4
    /// Batches of one connection that are on their way at a time: while one is applied, the next is staged.
    package static let batchesOfOne = 2

    package init(rows: Int = 20_000, bytes: Int = 16 << 20, age: Duration = .seconds(60)) {
        self.rows = rows
        self.bytes = bytes
        self.age = age
    }

    /// The bounds of the open batches while others are loaded beside them. Two of one connection are on their way at a
    /// time, and of each the rows may be in memory beside its events: with what is open that makes five parts, of which
    /// twice ``bytes`` is the sum.
    var open: BatchSettings {
        var open = self
        open.bytes = max(1, bytes * 2 / 5)
        return open
    }

    /// Most bytes of batches that are sealed and not loaded, their rows in memory included.
    var inFlightBytes: Int { 2 * bytes - open.bytes }
}
