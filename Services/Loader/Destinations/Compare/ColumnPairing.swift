/// Which columns of two tables hold the same field. Pure.
///
/// A field whose values have several types has several columns, each for one type: Stitch's `score`, `score__it` and
/// `score__st`, Deskpipe's `score` and `score__st`. In a row at most one of them has a value, so all columns of a field
/// are compared as one.
struct ColumnPairing: Hashable, Sendable {
    /// A field that both tables have.
    struct Match: Hashable, Sendable {
        /// The field's own column, without a type's suffix.
        var name: String
        var columns: Sides<[ColumnFacts]>

        /// True when its values can be compared as they are; else they are compared as text.
        var isDirect: Bool {
            guard columns.schema.count == 1, columns.with.count == 1 else { return false }
            return columns.schema[0].kind.matches(columns.with[0].kind)
        }

        /// True when at least one table has several columns of it, or both one under other names.
        var isSplit: Bool {
            columns.schema.count > 1 || columns.with.count > 1 || columns.schema.map(\.name) != columns.with.map(\.name)
        }

        func kinds(_ side: Side) -> Set<ValueKind> { Set(columns[side].map(\.kind)) }
    }

    var matches: [Match] = []
    /// Columns of fields that the other table lacks.
    var single = Sides<[ColumnFacts]>(schema: [], with: [])

    /// What Stitch and Deskpipe put behind a column's name for a value of another type.
    private static let suffixes: Set = ["bi", "it", "de", "do", "fl", "bo", "bl", "ti", "st"]

    /// - Parameter key: columns that are compared already.
    init(_ tables: Sides<TableFacts>, key: [String] = []) {
        let columns = tables.map { $0.columns.filter { !$0.isSystem && !key.contains($0.name) } }
        let names = Set((columns.schema + columns.with).map(\.name))
        var members: [String: Set<String>] = [:]
        for name in names { members[Self.base(of: name) ?? name, default: []].insert(name) }
        let field = { (name: String) -> String in
            guard let base = Self.base(of: name), let family = members[base], family.count > 1 else { return name }
            return base
        }
        var seen: Set<String> = []
        for column in columns.schema + columns.with where seen.insert(field(column.name)).inserted {
            let name = field(column.name)
            let held = columns.map { $0.filter { field($0.name) == name } }
            if held.schema.isEmpty || held.with.isEmpty {
                single.schema += held.schema
                single.with += held.with
            } else {
                matches.append(Match(name: name, columns: held))
            }
        }
    }

    /// `score` of `score__it`; nil for a name without a type's suffix.
    static func base(of name: String) -> String? {
        guard name.count > 4, suffixes.contains(String(name.suffix(2))) else { return nil }
        let rest = name.dropLast(2)
        guard rest.hasSuffix("__") else { return nil }
        return String(rest.dropLast(2))
    }
}
