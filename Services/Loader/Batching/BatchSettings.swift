/// When batches are sealed: `batch.rows`, `batch.bytes`, `batch.age`.
package struct BatchSettings: Hashable, Sendable {
    /// Most events in all open batches of the process together.
    package var rows: Int
    /// Most bytes of events in all open batches of the process together.
    package var bytes: Int
    /// How long a batch may stay open.
    package var age: Duration

    package init(rows: Int = 20_000, bytes: Int = 16 << 20, age: Duration = .seconds(60)) {
        self.rows = rows
        self.bytes = bytes
        self.age = age
    }
}
