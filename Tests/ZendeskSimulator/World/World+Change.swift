package import Model

extension World {
    /// Changes, deletes and adds records, each with a time of change after all that the world showed before.
    /// - Parameter now: The earliest time that a change is given.
    /// - Returns: The ids concerned.
    @discardableResult
    package func change(_ change: WorldChange, at now: Timestamp) -> WorldChange.Summary {
        changes += 1
        var draw = Draw(seed: population.seed ^ (change.seed ?? changes) &* 0x2545_F491_4F6C_DD1D)
        let latest = tables.values.map(\.latest).max() ?? 0
        var stamp = Stamp(second: max(UInt32(clamping: now.seconds), latest + 1), isStill: change.isInOneSecond)
        var summary = WorldChange.Summary(firstSecond: Int64(stamp.second))
        for stream in SimulatedStream.allCases {
            guard var table = tables[stream] else { continue }
            // The first record is the account's own: it is changed, never deleted.
            var candidates = table.liveIndices.filter { $0 > 0 }
            candidates.shuffle(using: &draw)
            for _ in 0..<(change.deleted[stream] ?? 0) {
                guard let index = candidates.popLast() else { break }
                table.delete(index, at: stamp.next())
                summary.deleted[stream, default: []].append(population.id(stream, index))
            }
            if !table.rows.isEmpty { candidates.append(0) }
            candidates.shuffle(using: &draw)
            for _ in 0..<(change.updated[stream] ?? 0) {
                guard let index = candidates.popLast() else { break }
                let isQuiet = stream == .tickets && draw.chance(25)
                table.update(index, at: stamp.next(), isQuiet: isQuiet)
                summary.updated[stream, default: []].append(population.id(stream, index))
            }
            for _ in 0..<(change.added[stream] ?? 0) {
                let index = table.add(at: stamp.next())
                summary.added[stream, default: []].append(population.id(stream, index))
            }
            table.sort()
            tables[stream] = table
        }
        return summary
    }

    /// Up to `limit` records in the order of their ids, each on a line of its own, as the exports give them now.
    /// - Parameter index: How many records to pass over; on return, where to go on, or nil at the end.
    func truth(_ truth: Truth, from index: Int, limit: Int) -> (lines: JSONBytes, next: Int?) {
        var lines = JSONBytes()
        guard let table = tables[truth.stream] else { return (lines, nil) }
        let end = min(table.rows.count, index + limit)
        for index in index..<max(index, end) {
            let row = table.rows[index]
            switch truth {
            case .records(let stream):
                population.append(stream, index, row, metricSets: false, to: &lines)
            case .ticketMetrics:
                if row.isDeleted { continue }
                TicketMetricSet(index: index, row: row, population: population).append(to: &lines)
            }
            lines.raw("\n")
        }
        return (lines, end < table.rows.count ? end : nil)
    }
}

/// Which records a listing of the truth holds.
enum Truth: Sendable {
    case records(SimulatedStream)
    /// The metric sets of the tickets that are not deleted.
    case ticketMetrics

    init?(name: String) {
        if name == "ticket_metrics" {
            self = .ticketMetrics
        } else if let stream = SimulatedStream(rawValue: name) {
            self = .records(stream)
        } else {
            return nil
        }
    }

    var stream: SimulatedStream {
        switch self {
        case .records(let stream): stream
        case .ticketMetrics: .tickets
        }
    }
}

/// The seconds given to the records of one change: a few hundred share one, unless all must.
private struct Stamp {
    var second: UInt32
    let isStill: Bool
    private var used = 0

    init(second: UInt32, isStill: Bool) {
        self.second = second
        self.isStill = isStill
    }

    mutating func next() -> UInt32 {
        used += 1
        if !isStill, used % 400 == 0 { second += 1 }
        return second
    }
}
