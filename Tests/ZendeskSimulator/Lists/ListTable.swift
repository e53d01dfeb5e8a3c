import Model

/// The records of one small table as they are now. A copy stays as it was, so that an answer is of one moment.
struct ListTable: Sendable {
    struct Row: Sendable {
        var created: Timestamp
        /// When the record last changed.
        var updated: Timestamp
        var version: UInt32 = 0
        var isDeleted = false
    }

    let stream: ListStream
    let population: Population
    let sizes: [String: Int]
    private(set) var rows: [Row]
    /// The indices of all rows by their second of change, then by their keys.
    private(set) var order: [Int] = []

    /// A table of the year before `end`.
    init(_ stream: ListStream, population: Population, sizes: [String: Int], crowd: Int, end: Timestamp) {
        self.stream = stream
        self.population = population
        self.sizes = sizes
        let count = sizes[stream.name] ?? 0
        let year: Int64 = 364 * 86_400 * 1_000_000
        let start = Timestamp(microseconds: end.microseconds - year)
        let crowded = Timestamp(seconds: start.seconds + 182 * 86_400)
        let salt = ListNumbering.hash(stream.name) ^ population.seed
        rows = (0..<count).map { index in
            var draw = Draw(salt: salt, index: index, version: .max)
            let offset = year / Int64(max(count, 1)) * Int64(index)
            let created = Timestamp(microseconds: start.microseconds + offset + Int64(draw.below(1_000)))
            let age = Int((end - created).wholeMilliseconds / 1000)
            let updated = created + .seconds(draw.below(min(age, 7 * 86_400) + 1))
            guard index < crowd else { return Row(created: created, updated: updated) }
            return Row(created: min(created, crowded), updated: crowded)
        }
        sort()
    }

    /// The newest time that any row carries.
    var latest: Timestamp? { rows.map(\.updated).max() }

    /// The indices of the records that are served, in the order of their making.
    var listed: [Int] { stream.keepsDeleted ? Array(rows.indices) : live }

    /// The indices of the records that are not deleted.
    var live: [Int] { rows.indices.filter { !rows[$0].isDeleted } }

    /// The indices of the records that are served, in the order of their change.
    var listedByChange: [Int] { stream.keepsDeleted ? order : order.filter { !rows[$0].isDeleted } }

    func key(_ index: Int) -> String {
        switch stream.key {
        case .number: String(ListNumbering.id(stream.name, index))
        case .text(let text): text(index)
        }
    }

    func record(_ index: Int) -> JSONTree {
        var record = ListRecord(table: self, index: index)
        return stream.record(&record)
    }

    /// Appends the records, comma-separated.
    func append(_ indices: some Sequence<Int>, to bytes: inout JSONBytes) {
        var isFirst = true
        for index in indices {
            if !isFirst { bytes.raw(",") }
            isFirst = false
            bytes.append(record(index))
        }
    }

    /// Makes a new version of a row. ``sort()`` must follow, once for all that changed.
    mutating func update(_ index: Int, at time: Timestamp) {
        rows[index].version += 1
        rows[index].updated = time
    }

    /// Deletes a row. ``sort()`` must follow.
    mutating func delete(_ index: Int, at time: Timestamp) {
        update(index, at: time)
        rows[index].isDeleted = true
    }

    /// Adds a row and gives its index. ``sort()`` must follow.
    mutating func add(at time: Timestamp) -> Int {
        rows.append(Row(created: time, updated: time))
        return rows.count - 1
    }

    /// Puts ``order`` right.
    mutating func sort() {
        let isExact = stream.dialect.isInMicroseconds
        let entries = rows.indices.map { index in
            let time = rows[index].updated
            return (index: index, time: isExact ? time.microseconds : time.seconds, key: key(index))
        }
        let isNumbered = stream.key.isNumber
        order = entries.sorted { left, right in
            if left.time != right.time { return left.time < right.time }
            return isNumbered ? left.index < right.index : left.key.utf8.lexicographicallyPrecedes(right.key.utf8)
        }
        .map(\.index)
    }
}

extension ListStream.Key {
    var isNumber: Bool {
        if case .number = self { true } else { false }
    }
}

extension ListStream.Dialect {
    /// The export tells times apart by their microseconds.
    var isInMicroseconds: Bool {
        if case .chatExport(let export) = self { export.isInMicroseconds } else { false }
    }
}
