/// The state of one stream's records, small enough for hundreds of thousands: what a record says is written when asked.
struct Table: Sendable {
    /// Times are seconds since 1970.
    struct Row: Sendable {
        var created: UInt32
        /// What `updated_at` says.
        var updated: UInt32
        /// When the record last changed for the exports; never before `updated`.
        var generated: UInt32
        var version: UInt32 = 0
        var isDeleted = false
    }

    private(set) var rows: [Row]
    /// One entry per row, ascending: its second of change, and in the lower half its index.
    private(set) var order: [UInt64] = []

    init(rows: [Row]) {
        self.rows = rows
        sort()
    }

    /// The newest time that any row carries.
    var latest: UInt32 { order.last.map { UInt32($0 >> 32) } ?? 0 }

    var liveIndices: [Int] { rows.indices.filter { !rows[$0].isDeleted } }

    /// Where the rows at or after `key` begin in ``order``.
    func offset(of key: UInt64) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Makes a new version of a row. ``sort()`` must follow, once for all that changed.
    /// - Parameter isQuiet: The system's own change, which `updated_at` does not show.
    mutating func update(_ index: Int, at second: UInt32, isQuiet: Bool) {
        rows[index].version += 1
        rows[index].generated = second
        if !isQuiet { rows[index].updated = second }
    }

    /// Deletes a row, which stays as a deleted one. ``sort()`` must follow.
    mutating func delete(_ index: Int, at second: UInt32) {
        update(index, at: second, isQuiet: false)
        rows[index].isDeleted = true
    }

    /// Adds a row and gives its index. ``sort()`` must follow.
    mutating func add(at second: UInt32) -> Int {
        rows.append(Row(created: second, updated: second, generated: second))
        return rows.count - 1
    }

    /// Puts ``order`` right.
    mutating func sort() {
        order = rows.indices.map { UInt64(rows[$0].generated) << 32 | UInt64($0) }
        order.sort()
    }
}

extension Table {
    /// The rows of a new world.
    init(_ stream: SimulatedStream, settings: WorldSettings, end: UInt32) {
        let count = settings.sizes[stream] ?? 0
        self.init(rows: (0..<count).map { Row(stream, $0, settings: settings, end: end) })
    }
}

extension Table.Row {
    /// A row of a new world: made in the year before `end` in the order of the ids, most changed since.
    init(_ stream: SimulatedStream, _ index: Int, settings: WorldSettings, end: UInt32) {
        let year: UInt32 = 364 * 86_400
        let start = end - year
        var draw = Draw(seed: settings.seed, stream: stream, index: index, version: .max)
        created = start + UInt32(UInt64(year) * UInt64(index) / UInt64(max(1, settings.sizes[stream] ?? 0)))
        let age = Int(end - created)
        // Most records rest soon after they are made; every tenth is touched at any time since.
        let touched = draw.chance(90) ? draw.below(min(age, 14 * 86_400) + 1) : draw.below(age + 1)
        updated = created + UInt32(touched)
        let lag = stream == .tickets ? draw.below(draw.chance(90) ? 3 : 30 * 86_400) : 0
        generated = min(end, updated + UInt32(lag))
        isDeleted = index > 0 && draw.chance(settings.deletedPercent)
        if index < settings.inOneSecond[stream] ?? 0 {
            generated = start + year / 2
            updated = generated
            created = min(created, generated)
        }
    }
}
