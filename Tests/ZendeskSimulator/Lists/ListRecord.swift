import Model

/// What one version of a small table's record is written from.
struct ListRecord {
    let stream: String
    let index: Int
    let row: ListTable.Row
    let id: Int64
    /// The id as text, or the key of a stream that has no ids.
    let key: String
    let population: Population
    /// How many records each small table started with.
    let sizes: [String: Int]
    /// The draws that stay the same for all versions.
    var fixed: Draw
    /// The draws of this version.
    var draw: Draw

    init(table: ListTable, index: Int) {
        stream = table.stream.name
        self.index = index
        row = table.rows[index]
        id = ListNumbering.id(stream, index)
        key = table.key(index)
        population = table.population
        sizes = table.sizes
        let salt = ListNumbering.hash(stream) ^ table.population.seed
        fixed = Draw(salt: salt, index: index, version: 0)
        draw = Draw(salt: salt, index: index, version: row.version + 1)
    }

    var created: JSONTree { .time(row.created) }
    var updated: JSONTree { .time(row.updated) }

    /// The address of the record itself, below the account's API.
    func url(_ path: String) -> JSONTree { .string("\(population.site)\(path)/\(key).json") }

    /// A subject line that belongs to this version.
    mutating func phrase() -> JSONTree { .text("\"\(draw.pick(Phrases.subjects))\"") }

    /// A name that stays, made different by its number.
    mutating func title(_ kind: String) -> String { "\(kind) \(index) \(fixed.pick(Self.colours))" }

    /// The id of a record of one of the account's large tables, or null.
    mutating func reference(_ stream: SimulatedStream) -> JSONTree {
        .optional(population.reference(stream, &fixed))
    }

    /// The ids of some records that a small table had at the start, ascending.
    mutating func references(_ stream: String, atMost most: Int) -> [Int64] {
        let size = sizes[stream] ?? 0
        let count = min(size, draw.below(most + 1))
        guard count > 0 else { return [] }
        let first = draw.below(size - count + 1)
        return (first..<first + count).map { ListNumbering.id(stream, $0) }
    }

    /// The id of a record that a small table had at the start; nil where it was empty.
    mutating func reference(to stream: String) -> Int64? {
        guard let size = sizes[stream], size > 0 else { return nil }
        return ListNumbering.id(stream, fixed.below(size))
    }

    private static let colours = ["amber", "blau", "cr\u{E8}me", "\u{7DD1}", "rouge", "indigo"]
}

extension Draw {
    /// The draws of one version of one record of a stream with this salt.
    init(salt: UInt64, index: Int, version: UInt32) {
        var first = Draw(seed: salt)
        var second = Draw(seed: first.next() &+ UInt64(index))
        self.init(seed: second.next() &+ UInt64(version))
    }
}
