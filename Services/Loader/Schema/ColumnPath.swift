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
    /// The column of a scalar at this place, by ``NameRule``; `value` for an element that is a scalar itself.
    package private(set) var column = "value"
    /// Nil for the record itself and for an element of an array.
    private var name: String?

    package init(root: String) {
        table = root
        depth = 0
        name = nil
    }

    package func stepping(_ step: ColumnPath.Step) -> ColumnPlace {
        var place = self
        switch step {
        case .member(let member):
            let full = name.map { "\($0)__\(member)" } ?? member
            place.name = full
            place.column = NameRule.column(full)
        case .element:
            place.table = "\(table)__\(name ?? column)"
            place.depth += 1
            place.name = nil
            place.column = "value"
        }
        return place
    }

    package func stepping(_ path: ColumnPath) -> ColumnPlace {
        path.steps.reduce(self) { $0.stepping($1) }
    }
}
