import Model

/// The path of a declared column, taken apart: `events[].via.channel`.
package struct ColumnPath: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        /// Into the member of an object.
        case member(String)
        /// Into each element of an array.
        case element
    }

    package var steps: [Step]

    /// - Parameter path: as ``ColumnDefinition/path``.
    package init(_ path: String) {
        steps = []
        for part in path.split(separator: ".") {
            var name = part
            var arrays = 0
            while name.hasSuffix("[]") {
                name = name.dropLast(2)
                arrays += 1
            }
            if !name.isEmpty { steps.append(.member(String(name))) }
            steps += Array(repeating: .element, count: arrays)
        }
    }
}

/// Where a value of a record goes: the table, how deep it is below the root, and the column.
package struct ColumnPlace: Hashable, Sendable {
    package var table: String
    /// 0 for the root table, 1 for the sub-table of an array, 2 for that of an array within it.
    package var depth: Int
    /// Nil for the record itself and for an element of an array.
    private var name: String?

    package init(root: String) {
        table = root
        depth = 0
        name = nil
    }

    /// The column of a scalar at this place; `value` for an element that is a scalar itself.
    package var column: String { name ?? "value" }

    package func stepping(_ step: ColumnPath.Step) -> ColumnPlace {
        var place = self
        switch step {
        case .member(let member):
            place.name = name.map { "\($0)__\(member)" } ?? member
        case .element:
            place.table = "\(table)__\(column)"
            place.depth += 1
            place.name = nil
        }
        return place
    }

    package func stepping(_ path: ColumnPath) -> ColumnPlace {
        path.steps.reduce(self) { $0.stepping($1) }
    }
}

/// What names of tables and columns must keep to.
package enum NameRule {
    /// PostgreSQL's limit, in bytes; the same everywhere so that a record fits every destination or none.
    package static let longest = 63
    /// Most columns of a table: below PostgreSQL's 1,600.
    package static let mostColumns = 1500

    /// What is wrong with a column's name, in words for people; nil where nothing is.
    package static func fault(ofColumn name: String) -> String? {
        if name.isEmpty { return "a field has no name" }
        if name.hasPrefix("_sdc") || name.hasPrefix("__sdc") {
            return "the field name \(shown(name)) begins with a reserved prefix"
        }
        return faultOfLength(name, "column")
    }

    /// What is wrong with a table's name; nil where nothing is.
    package static func fault(ofTable name: String) -> String? { faultOfLength(name, "table") }

    /// A name cut so that it fits a line.
    package static func shown(_ name: String) -> String {
        name.utf8.count <= longest ? "`\(name)`" : "`\(name.prefix(40))...`"
    }

    private static func faultOfLength(_ name: String, _ kind: String) -> String? {
        guard name.utf8.count > longest else { return nil }
        return "the \(kind) name \(shown(name)) has \(name.utf8.count) bytes; at most \(longest) are possible"
    }
}
