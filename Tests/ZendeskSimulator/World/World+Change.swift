package import Model

extension World {
    /// Changes, deletes and adds records, each with a time of change after all that the world showed before.
    /// - Parameter now: The earliest time that a change is given.
    /// - Returns: The ids concerned.
    @discardableResult
    package func change(_ change: WorldChange, at now: Timestamp) -> WorldChange.Summary {
        changes += 1
        var draw = Draw(seed: population.seed ^ (change.seed ?? changes) &* 0x2545_F491_4F6C_DD1D)
        let latest = max(tables.values.map(\.latest).max() ?? 0, history.latest)
        var stamp = Stamp(second: max(UInt32(clamping: now.seconds), latest + 1), isStill: change.isInOneSecond)
        var summary = WorldChange.Summary(firstSecond: Int64(stamp.second))
        for stream in SimulatedStream.allCases {
            guard var table = tables[stream] else { continue }
            for id in stream == .tickets ? change.deletedTickets : [] {
                let index = Int(id) - 1
                guard table.rows.indices.contains(index), !table.rows[index].isDeleted else { continue }
                let second = stamp.next()
                table.delete(index, at: second)
                history.add(index, at: second, .deletion)
                summary.deleted[stream, default: []].append(id)
            }
            // The first record is the account's own: it is changed, never deleted.
            var candidates = table.liveIndices.filter { $0 > 0 }
            candidates.shuffle(using: &draw)
            for _ in 0..<(change.deleted[stream] ?? 0) {
                guard let index = candidates.popLast() else { break }
                let second = stamp.next()
                table.delete(index, at: second)
                if stream == .tickets { history.add(index, at: second, .deletion) }
                summary.deleted[stream, default: []].append(population.id(stream, index))
            }
            if !table.rows.isEmpty { candidates.append(0) }
            candidates.shuffle(using: &draw)
            for _ in 0..<(change.updated[stream] ?? 0) {
                guard let index = candidates.popLast() else { break }
                let isQuiet = stream == .tickets && draw.chance(25)
                let second = stamp.next()
                table.update(index, at: second, isQuiet: isQuiet)
                if stream == .tickets { history.add(index, at: second, .change) }
                summary.updated[stream, default: []].append(population.id(stream, index))
            }
            for _ in 0..<(change.added[stream] ?? 0) {
                let second = stamp.next()
                let index = table.add(at: second)
                if stream == .tickets { history.add(index, at: second, .change) }
                summary.added[stream, default: []].append(population.id(stream, index))
            }
            table.sort()
            tables[stream] = table
        }
        redact(change, &stamp, &draw, &summary)
        rate(change, &stamp, &draw, &summary)
        return summary
    }

    /// Takes the text, or the publicity, from the first comment of some tickets.
    private func redact(
        _ change: WorldChange,
        _ stamp: inout Stamp,
        _ draw: inout Draw,
        _ summary: inout WorldChange.Summary
    ) {
        guard var table = tables[.tickets] else { return }
        var candidates = table.liveIndices.shuffled(using: &draw)
        var chosen = change.redactedTickets.map { Int($0) - 1 }.filter(table.rows.indices.contains)
        chosen += candidates.suffix(change.redacted)
        candidates.removeLast(min(candidates.count, change.redacted))
        let made =
            chosen.map { ($0, TicketHistory.Kind.redaction(of: 0)) }
            + candidates.suffix(change.madePrivate).map { ($0, TicketHistory.Kind.privacy(of: 0)) }
        for (index, kind) in made {
            let second = stamp.next()
            if !change.isQuiet { table.update(index, at: second, isQuiet: false) }
            history.add(index, at: second, kind)
            summary.redacted.append(population.id(.tickets, index))
        }
        guard !made.isEmpty else { return }
        table.sort()
        tables[.tickets] = table
    }

    /// Gives the ratings that were offered last: people answer soon or not at all.
    private func rate(
        _ change: WorldChange,
        _ stamp: inout Stamp,
        _ draw: inout Draw,
        _ summary: inout WorldChange.Summary
    ) {
        guard change.rated > 0, let table = tables[.tickets] else { return }
        let offered = table.liveIndices.compactMap { index in
            ratings.rating(index, table.rows[index]).map { (index: index, created: $0.created) }
        }
        for (index, _) in offered.sorted(by: { $0.created > $1.created }).prefix(change.rated) {
            ratings.give(index, at: stamp.next(), isGood: draw.chance(70))
            summary.rated.append(population.id(.tickets, index))
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
