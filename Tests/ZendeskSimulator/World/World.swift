import Model

/// The simulated account's records, and how they change.
package actor World {
    /// Where an export begins.
    enum Start: Sendable {
        /// At this second, inclusive. Seconds since 1970.
        case second(Int64)
        /// After the record with this time of change and id.
        case after(second: Int64, id: Int64)
    }

    /// What an export's page holds, beside its bytes.
    struct ExportPage: Sendable {
        var count = 0
        /// The last record that was looked at, also where it was left out.
        var last: (second: Int64, id: Int64)?
        var isEnd = true
        /// The users' identities, comma-separated.
        var identities = JSONBytes()
    }

    /// What a list's page holds, beside its bytes.
    struct ListPage: Sendable {
        var firstID: Int64?
        var lastID: Int64?
        var hasMore = false
    }

    var tables: [SimulatedStream: Table] = [:]
    /// How many changes there have been.
    var changes: UInt64 = 0
    let population: Population
    var history: TicketHistory
    var metrics: MetricLog
    var ratings: RatingBook

    init(settings: WorldSettings, end: Timestamp) {
        let second = UInt32(clamping: end.seconds)
        population = Population(settings: settings, end: second)
        history = TicketHistory(population: population, settings: settings, end: second)
        metrics = MetricLog(population: population)
        ratings = RatingBook(population: population, settings: settings, end: second)
        for stream in SimulatedStream.allCases {
            tables[stream] = Table(stream, settings: settings, end: second)
        }
    }

    /// Appends the records from `start` on, in the order of their change, comma-separated.
    /// - Parameter through: The newest second that is visible, nil for all.
    func export(
        _ stream: SimulatedStream,
        from start: Start,
        limit: Int,
        through: Int64?,
        includesDeleted: Bool,
        metricSets: Bool,
        identities: Bool = false,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, ExportPage) {
        var bytes = bytes
        var page = ExportPage()
        guard let table = tables[stream] else { return (bytes, page) }
        let end = through.map { table.offset(of: Self.key(second: $0 + 1, index: 0)) } ?? table.order.count
        var next = table.offset(of: key(stream, start))
        bytes.reserve(min(limit, max(0, end - next)) * (stream == .tickets ? 5000 : 1500))
        while next < end, page.count < limit {
            let entry = table.order[next]
            let index = Int(entry & 0xFFFF_FFFF)
            let row = table.rows[index]
            next += 1
            page.last = (Int64(entry >> 32), population.id(stream, index))
            if row.isDeleted, !includesDeleted { continue }
            if page.count > 0 { bytes.raw(",") }
            population.append(stream, index, row, metricSets: metricSets, to: &bytes)
            if identities, stream == .users {
                if page.count > 0 { page.identities.raw(",") }
                _ = IdentityRecord(index: index, row: row, population: population)
                    .append(to: &page.identities, separator: ",")
            }
            page.count += 1
        }
        page.isEnd = next >= end
        return (bytes, page)
    }

    /// A place between `start` and the record that follows it, or nil where none follows.
    func gap(_ stream: SimulatedStream, from start: Start, through: Int64?) -> (second: Int64, id: Int64)? {
        guard let table = tables[stream] else { return nil }
        let end = through.map { table.offset(of: Self.key(second: $0 + 1, index: 0)) } ?? table.order.count
        let next = table.offset(of: key(stream, start))
        guard next < end else { return nil }
        let entry = table.order[next]
        return (Int64(entry >> 32), population.id(stream, Int(entry & 0xFFFF_FFFF)) - 1)
    }

    /// Appends the records of a list with ids above `after`, or the last ones below `before`, comma-separated.
    func list(
        _ stream: SimulatedStream,
        after: Int64?,
        before: Int64?,
        limit: Int,
        includesDeleted: Bool,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, ListPage) {
        var matching = indices(stream, includesDeleted: includesDeleted)
        if let after { matching.removeAll { population.id(stream, $0) <= after } }
        if let before { matching.removeAll { population.id(stream, $0) >= before } }
        let chosen = before == nil ? matching.prefix(limit) : matching.suffix(limit)
        let page = ListPage(
            firstID: chosen.first.map { population.id(stream, $0) },
            lastID: chosen.last.map { population.id(stream, $0) },
            hasMore: matching.count > chosen.count
        )
        return (append(stream, chosen, to: bytes), page)
    }

    /// Appends the records of a numbered page, comma-separated, and says how many the list has.
    func list(
        _ stream: SimulatedStream,
        page: Int,
        size: Int,
        includesDeleted: Bool,
        appendingTo bytes: JSONBytes
    ) -> (JSONBytes, total: Int) {
        let matching = indices(stream, includesDeleted: includesDeleted)
        let chosen = matching.dropFirst((page - 1) * size).prefix(size)
        return (append(stream, chosen, to: bytes), matching.count)
    }

    /// How many records are not deleted.
    func liveCount(_ stream: SimulatedStream) -> Int { tables[stream]?.liveIndices.count ?? 0 }

    /// The user whose credentials the requests carry: the account's first, made up where there is none.
    func owner() -> JSONBytes {
        var bytes = JSONBytes()
        let row = tables[.users]?.rows.first ?? Table.Row(created: 0, updated: 0, generated: 0)
        population.append(.users, 0, row, metricSets: false, to: &bytes)
        return bytes
    }

    private func key(_ stream: SimulatedStream, _ start: Start) -> UInt64 {
        switch start {
        case .second(let second):
            return Self.key(second: second, index: 0)
        case .after(let second, let id):
            return Self.key(second: second, index: population.index(stream, atOrBelow: id) + 1)
        }
    }

    private static func key(second: Int64, index: Int) -> UInt64 {
        UInt64(UInt32(clamping: second)) << 32 | UInt64(index)
    }

    private func indices(_ stream: SimulatedStream, includesDeleted: Bool) -> [Int] {
        guard let table = tables[stream] else { return [] }
        return includesDeleted ? Array(table.rows.indices) : table.liveIndices
    }

    private func append(_ stream: SimulatedStream, _ indices: ArraySlice<Int>, to bytes: JSONBytes) -> JSONBytes {
        var bytes = bytes
        guard let table = tables[stream] else { return bytes }
        var isFirst = true
        for index in indices {
            if !isFirst { bytes.raw(",") }
            isFirst = false
            population.append(stream, index, table.rows[index], metricSets: false, to: &bytes)
        }
        return bytes
    }
}
