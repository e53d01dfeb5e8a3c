import Crypto

/// Which names tables and columns have in one schema of a database that cannot take every name. Pure.
///
/// A name that the database takes is its own. One that is too long, reserved, or taken by a name that the database
/// cannot tell from it is cut on a character boundary and ends in `_` and eight digits of its hash. What was chosen
/// once is kept for ever: ``added`` is to be stored, and given to the next map.
package struct NameMap: Sendable {
    /// A name that is not its own, as `_deskpipe_names` keeps it.
    package struct Entry: Hashable, Sendable {
        /// The table's name in the database.
        package var table: String
        /// The column's name in the database; empty for the table itself.
        package var column: String
        package var fullName: String

        package init(table: String, column: String, fullName: String) {
            self.table = table
            self.column = column
            self.fullName = fullName
        }
    }

    /// The names of one kind: of a schema's tables, or of a table's columns.
    private struct Names {
        var chosen: [String: String] = [:]
        var full: [String: String] = [:]
        /// Folded, those of others included.
        var taken: Set<String> = []

        mutating func keep(_ name: String, for fullName: String, _ limits: NameLimits) {
            chosen[fullName] = name
            full[name] = fullName
            taken.insert(limits.folded(name))
        }

        mutating func choose(_ fullName: String, _ limits: NameLimits, reserved: Set<String> = []) -> String {
            if let name = chosen[fullName] { return name }
            var name = fullName
            var attempt = 0
            while !limits.holds(name) || reserved.contains(name) || taken.contains(limits.folded(name)) {
                name = NameMap.hashed(fullName, attempt, limits)
                attempt += 1
            }
            keep(name, for: fullName, limits)
            return name
        }
    }

    /// Names chosen since the map was made, that are not their own.
    package private(set) var added: [Entry] = []
    private let limits: NameLimits
    private var tables = Names()
    /// By the table's name in the database.
    private var columns: [String: Names] = [:]

    /// - Parameters:
    ///   - entries: what was chosen before.
    ///   - catalog: the tables as the database names them.
    ///   - others: what is in the schema besides: by table or view all columns that it has.
    package init(
        _ limits: NameLimits,
        entries: [Entry] = [],
        catalog: SchemaCatalog = SchemaCatalog(),
        others: [String: [String]] = [:]
    ) {
        self.limits = limits
        for entry in entries {
            if entry.column.isEmpty {
                tables.keep(entry.table, for: entry.fullName, limits)
            } else {
                columns[entry.table, default: Names()].keep(entry.column, for: entry.fullName, limits)
            }
        }
        for table in catalog.tables.values {
            if tables.full[table.name] == nil { tables.keep(table.name, for: table.name, limits) }
            for column in table.columns where columns[table.name]?.full[column.name] == nil {
                columns[table.name, default: Names()].keep(column.name, for: column.name, limits)
            }
        }
        for (table, names) in others {
            tables.taken.insert(limits.folded(table))
            for name in names { columns[table, default: Names()].taken.insert(limits.folded(name)) }
        }
    }

    /// The map as it is once ``added`` is stored.
    package func stored() -> NameMap {
        var map = self
        map.added = []
        return map
    }

    /// The name that a table has in the database, chosen where it is new.
    package mutating func name(ofTable fullName: String) -> String {
        let isNew = tables.chosen[fullName] == nil
        let name = tables.choose(fullName, limits)
        if isNew, name != fullName { added.append(Entry(table: name, column: "", fullName: fullName)) }
        return name
    }

    /// The name that a column has in the database, chosen where it is new.
    package mutating func name(ofColumn fullName: String, in table: String) -> String {
        let table = name(ofTable: table)
        if let known = columns[table]?.chosen[fullName] { return known }
        let name = columns[table, default: Names()].choose(fullName, limits, reserved: limits.reservedColumns)
        if name != fullName { added.append(Entry(table: table, column: name, fullName: fullName)) }
        return name
    }

    /// The full name of a table of the database.
    package func fullName(ofTable name: String) -> String { tables.full[name] ?? name }

    /// The full name of a column of the database.
    package func fullName(ofColumn name: String, in table: String) -> String { columns[table]?.full[name] ?? name }

    /// - Parameter attempt: 0, or how often the outcome was taken: one time in four thousand million.
    private static func hashed(_ fullName: String, _ attempt: Int, _ limits: NameLimits) -> String {
        let salted = attempt == 0 ? fullName : "\(fullName)\0\(attempt)"
        let tail = "_" + SHA256.hash(data: Array(salted.utf8)).prefix(4).hexadecimal
        return limits.beginning(of: fullName, leaving: tail.utf8.count) + tail
    }
}
