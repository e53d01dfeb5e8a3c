import Model

@testable import Destinations
@testable import Loader

/// Names of columns and tables, one a line: as a database takes them, each its own, the same whenever they are asked for
/// and after they were stored; quoted, they cannot end their quotes.
func fuzzNames(_ bytes: [UInt8]) {
    // Names come out of JSON texts, which have no NUL any more.
    let text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
    let names = text.split(separator: "\n", maxSplits: 2).map(String.init)
    let limits = bytes.count % 2 == 0 ? SQLIdentifier.postgreSQL : SQLIdentifier.sqlite
    // Half of the inputs pay for what comes after a start.
    areTheirOwn(names, limits, isStored: bytes.count % 4 < 2)
    areColumns(names)
    for name in names { isOneIdentifier(name) }
}

private let suffixes = ["__bi", "__de", "__bo", "__ti", "__st"]
private let quote = UInt8(ascii: "\"")

private func isOneIdentifier(_ name: String) {
    let quoted = SQLIdentifier.quoted(name)
    var rest = quoted.utf8[...]
    check(rest.popFirst() == quote && rest.popLast() == quote, "not in quotes")
    for byte in name.utf8 {
        check(rest.popFirst() == byte, "quoted, it is another name")
        if byte == quote { check(rest.popFirst() == quote, "a quote ends the name") }
    }
    check(rest.isEmpty, "something follows the name")
}

private func areTheirOwn(_ names: [String], _ limits: NameLimits, isStored: Bool) {
    var map = NameMap(limits)
    var chosen: [(full: String, name: String, folded: String)] = []
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
        let folded = limits.folded(name)
        for other in chosen {
            let isOne = other.folded.utf8.elementsEqual(folded.utf8)
            check((other.full == full) == isOne, "two share a name")
        }
        chosen.append((full, name, folded))
    }
    guard isStored else { return }
    // As it is when the loader starts again: from what the destination holds.
    let columns = Dictionary(chosen.map { ($0.name, Column($0.name, .text)) }) { first, _ in first }
    let table = Table(name: "tickets", kind: .appended, columns: columns.values.sorted { $0.name < $1.name })
    var stored = NameMap(limits, entries: map.added, catalog: SchemaCatalog(tables: ["tickets": table]))
    for (full, name, _) in chosen.reversed() {
        check(stored.name(ofColumn: full, in: "tickets") == name, "stored, \(full.debugDescription) has another name")
    }
    check(stored.added.isEmpty, "what was stored is chosen anew")
}

/// Fields have columns of their own: no two one, none a system column or where another's odd values go.
private func areColumns(_ names: [String]) {
    let fields = Array(Set(names)).sorted()
    let columns = fields.map(NameRule.column)
    check(Set(columns).count == fields.count, "two fields share a column")
    for column in columns {
        if suffixes.contains(where: column.hasSuffix) {
            check(!columns.contains(String(column.dropLast(4))), "a field has the column of another's odd values")
        }
        let start = column.prefix(6).lowercased()
        check(!start.hasPrefix("_sdc") && !start.hasPrefix("__sdc"), "a field has a system column")
        check(!column.isEmpty, "a column without a name")
    }
}
