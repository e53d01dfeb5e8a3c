package import Messaging
package import Model

/// Gathers events into one open batch per connection and says when one is full. Pure: it is told the time.
///
/// Rows and bytes bound all open batches together: when either is reached, the largest is sealed. Age bounds each one.
package struct BatchAccumulator: Sendable {
    private let settings: BatchSettings
    private var open: [ConnectionKey: OpenBatch] = [:]
    /// Events in all open batches.
    package private(set) var rows = 0
    /// Their bytes.
    package private(set) var bytes = 0

    package init(_ settings: BatchSettings) {
        self.settings = settings
    }

    package var isEmpty: Bool { open.isEmpty }

    /// Adds an event.
    /// - Returns: batches that are full and no longer held here, to be loaded now.
    package mutating func add(_ event: BatchEvent, of connection: ConnectionKey, at now: Timestamp) -> [OpenBatch] {
        open[connection, default: OpenBatch(connection: connection, openedAt: now)].append(event)
        rows += 1
        bytes += event.bytes
        var sealed: [OpenBatch] = []
        while rows >= settings.rows, let batch = seal(largestBy: { $0.events.count }) { sealed.append(batch) }
        while bytes >= settings.bytes, let batch = seal(largestBy: { $0.bytes }) { sealed.append(batch) }
        return sealed
    }

    /// Seals the batches that have been open for the full age, oldest first.
    package mutating func due(at now: Timestamp) -> [OpenBatch] {
        open.values
            .filter { $0.openedAt + settings.age <= now }
            .sorted { ($0.openedAt, $0.connection) < ($1.openedAt, $1.connection) }
            .compactMap { seal($0.connection) }
    }

    /// When the next batch is due; nil when none is open.
    package var nextDue: Timestamp? {
        open.values.map(\.openedAt).min().map { $0 + settings.age }
    }

    /// Seals all batches, oldest first.
    package mutating func sealAll() -> [OpenBatch] {
        open.values
            .sorted { ($0.openedAt, $0.connection) < ($1.openedAt, $1.connection) }
            .compactMap { seal($0.connection) }
    }

    /// Gives up the open batch of a connection; nil where none is open.
    package mutating func remove(_ connection: ConnectionKey) -> OpenBatch? { seal(connection) }

    package func holds(_ connection: ConnectionKey) -> Bool { open[connection] != nil }

    /// The lowest offset in hand of each partition.
    package var firstOffsets: [TopicPartition: Int64] {
        open.values.reduce(into: [:]) { lowest, batch in
            lowest.merge(batch.firstOffsets, uniquingKeysWith: min)
        }
    }

    private mutating func seal(largestBy size: (OpenBatch) -> Int) -> OpenBatch? {
        // Ties go by key, so that the same events always give the same batches.
        let largest = open.values.max { (size($0), $1.connection) < (size($1), $0.connection) }
        return largest.flatMap { seal($0.connection) }
    }

    private mutating func seal(_ connection: ConnectionKey) -> OpenBatch? {
        guard let batch = open.removeValue(forKey: connection) else { return nil }
        rows -= batch.events.count
        bytes -= batch.bytes
        return batch
    }
}
