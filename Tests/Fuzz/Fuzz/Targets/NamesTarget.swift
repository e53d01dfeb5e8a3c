import Model

@testable import Destinations
@testable import Loader

/// Names of columns and tables, one a line: as a database takes them, each its own, the same whenever they are asked for
/// and after they were stored; quoted, they cannot end their quotes.
func fuzzNames(_ bytes: [UInt8]) {
    // Names come out of JSON texts, which have no NUL any more.
    let text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
    let names = text.split(separator: "\n", maxSplits: 15).map(String.init)
    let limits = bytes.count % 2 == 0 ? SQLIdentifier.postgreSQL : SQLIdentifier.sqlite
    areTheirOwn(names, limits)
    areColumns(names)
    for name in names { isOneIdentifier(name) }
}

private let quote = UInt8(ascii: "\"")

private func isOneIdentifier(_ name: String) {
    var rest = Array(SQLIdentifier.quoted(name).utf8)[...]
    check(rest.popFirst() == quote && rest.popLast() == quote, "not in quotes")
    var read: [UInt8] = []
    while let byte = rest.popFirst() {
        if byte == quote { check(rest.popFirst() == quote, "a quote ends the name") }
        read.append(byte)
    }
    check(read.elementsEqual(name.utf8), "quoted, it is another name")
}

private func areTheirOwn(_ names: [String], _ limits: NameLimits) {
    var map = NameMap(limits)
    var chosen: [(full: String, name: String)] = []
    for full in names {
        let name = map.name(ofColumn: full, in: "tickets")
        let table = map.name(ofTable: full)
        for one in [name, table] {
            check(limits.holds(one), "a name of \(one.utf8.count) bytes")
            check(!one.isEmpty, "an empty name")
        }
        check(!limits.reservedColumns.contains(name), "a reserved name")
        check(map.fullName(ofColumn: name, in: "tickets") == full, "the full name is another one")
        check(map.fullName(ofTable: table) == full, "the full name of a table is another one")
        for other in chosen {
            check((other.full == full) == (folded(other.name, limits) == folded(name, limits)), "two share a name")
        }
        chosen.append((full, name))
    }
    // As it is when the loader starts again: from what the destination holds.
    let columns = Dictionary(chosen.map { ($0.name, Column($0.name, .text)) }) { first, _ in first }
    let table = Table(name: "tickets", kind: .appended, columns: columns.values.sorted { $0.name < $1.name })
    var stored = NameMap(limits, entries: map.added, catalog: SchemaCatalog(tables: ["tickets": table]))
    for (full, name) in chosen.reversed() {
        check(stored.name(ofColumn: full, in: "tickets") == name, "stored, \(full.debugDescription) has another name")
    }
    check(stored.added.isEmpty, "what was stored is chosen anew")
}

private func folded(_ name: String, _ limits: NameLimits) -> [UInt8] { Array(limits.folded(name).utf8) }

/// Fields have columns of their own: no two one, none a system column or where another's odd values go.
private func areColumns(_ names: [String]) {
    let fields = Array(Set(names)).sorted()
    let columns = fields.map(NameRule.column)
    check(Set(columns).count == fields.count, "two fields share a column")
    let splits = Set(columns.flatMap { column in ["bi", "de", "bo", "ti", "st"].map { "\(column)__\($0)" } })
    for column in columns {
        check(!splits.contains(column), "a field has the column of another's odd values")
        let start = column.prefix(6).lowercased()
        check(!start.hasPrefix("_sdc") && !start.hasPrefix("__sdc"), "a field has a system column")
        check(!column.isEmpty, "a column without a name")
    }
}
