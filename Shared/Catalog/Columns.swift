package import Model

/// Declared columns, written by type: names separated by blanks, with the paths of ``ColumnDefinition``.
package struct Columns: Hashable, Sendable {
    package var definitions: [ColumnDefinition] = []

    package init(
        integer: String = "",
        number: String = "",
        boolean: String = "",
        dateTime: String = "",
        string: String = "",
        untyped: String = ""
    ) {
        let types: [(ColumnType, String)] = [
            (.integer, integer), (.number, number), (.boolean, boolean), (.dateTime, dateTime), (.string, string),
            (.untyped, untyped),
        ]
        for (type, names) in types {
            definitions += names.split(separator: " ").map { ColumnDefinition(path: String($0), type: type) }
        }
    }
}
