import LibPQ
import Loader

/// A schema's positions in the log, and the locks by which loaders wait for one another.
struct PostgreSQLPositions {
    let bookkeeping: BookkeepingSQL
    let session: PostgreSQLSession

    private var table: String { bookkeeping.name(.positions) }

    func read() throws(DestinationError) -> [LogPosition] {
        let rows = try session.run(bookkeeping.selectPositions)
        return (0..<rows.rowCount).map { row in
            LogPosition(
                topic: rows.text(row, 0) ?? "",
                partition: Int32(truncatingIfNeeded: rows.integer(row, 1) ?? 0),
                nextOffset: rows.integer(row, 2) ?? 0,
                sequence: rows.integer(row, 3) ?? 0
            )
        }
    }

    func write(_ changes: [PositionChange]) throws(DestinationError) {
        for change in changes { try session.run(bookkeeping.setPosition(change.new)) }
    }

    /// Holds the rows of all positions until the transaction ends, in the order in which ``lock(_:)`` takes them.
    func lockAll() throws(DestinationError) {
        try session.run("SELECT 1 FROM \(table) ORDER BY topic COLLATE \"C\", partition FOR UPDATE")
    }

    /// Holds the rows of the positions until the transaction ends, waiting for a transaction that holds them.
    /// - Returns: for each what it was before; nil where it was not there.
    func lock(_ changes: [PositionChange]) throws(DestinationError) -> [LogPosition?] {
        var held: [Int: LogPosition] = [:]
        // In one order everywhere, so that two loaders cannot wait for each other.
        let order = changes.indices.sorted {
            (changes[$0].new.topic, changes[$0].new.partition) < (changes[$1].new.topic, changes[$1].new.partition)
        }
        for place in order {
            let position = changes[place].new
            let key = [position.topic, String(position.partition)]
            _ = try session.runPrepared(
                "add_position",
                "INSERT INTO \(table) (topic, partition) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                key
            )
            let row = try session.runPrepared(
                "lock_position",
                "SELECT next_offset, sequence FROM \(table) WHERE topic = $1 AND partition = $2 FOR UPDATE",
                key
            )
            // A row that this transaction added has no offset yet.
            guard row.rowCount == 1, let offset = row.integer(0, 0), let sequence = row.integer(0, 1) else { continue }
            held[place] = LogPosition(
                topic: position.topic,
                partition: position.partition,
                nextOffset: offset,
                sequence: sequence
            )
        }
        return changes.indices.map { held[$0] }
    }
}
