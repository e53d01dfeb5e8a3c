import Model

/// The tables that records should have become, by the rules of the documentation and nothing of the loader's code.
struct ExpectedTables {
    private(set) var tables = TableSet()

    /// Adds a record's row and sub-rows.
    mutating func add(_ record: JSONValue, of stream: OracleStream) throws {
        guard case .object(let members) = record else { throw Unexpected(what: "a record of \(stream.name)") }
        var row: TableSet.Row = [:]
        let key = try Self.key(of: record, stream)
        for member in members where !stream.spliced.contains(member.name) {
            let place = Place(stream: stream, table: stream.name, key: key)
            try walk(member.value, member.name, in: place, into: &row)
        }
        tables.add(row, key: key ?? TableSet.key(ofKeyless: row), to: stream.name)
    }

    /// A row that is being filled.
    private struct Place {
        var stream: OracleStream
        var table: String
        /// Nil for a stream without a key.
        var key: String?
        var levels = ""
    }

    private static func key(of record: JSONValue, _ stream: OracleStream) throws -> String? {
        guard !stream.key.isEmpty else { return nil }
        return try stream.key.map { field in
            switch record[field] {
            case .number(let written): written
            // A time in a key is compared as the column shows it.
            case .string(let text, _) where stream.type(of: field, in: stream.name) == .dateTime: try time(text)
            case .string(let text, _): text
            default: throw Unexpected(what: "a record of \(stream.name) without \(field)")
            }
        }.joined(separator: ",")
    }

    private mutating func walk(
        _ value: JSONValue,
        _ column: String,
        in place: Place,
        into row: inout TableSet.Row
    ) throws {
        let type = place.stream.type(of: column, in: place.table)
        switch (value, type) {
        case (.null, _): break
        case (_, .untyped): row[column] = Self.text(value)
        case (.string(let text, _), .dateTime): row[column] = (try? Self.time(text)) ?? text
        // A declared text column takes anything as its text.
        case (_, .string): row[column] = Self.text(value)
        case (.boolean(let value), _): row[column] = value ? "1" : "0"
        case (.number(let written), _): row[column] = written.canonicalDecimal
        case (.string(let text, _), .number), (.string(let text, _), .integer): row[column] = text.canonicalDecimal
        case (.string(let text, _), _): row[column] = text
        case (.object(let members), _):
            for member in members { try walk(member.value, "\(column)__\(member.name)", in: place, into: &row) }
        case (.array(let elements), _):
            for (index, element) in elements.enumerated() {
                let child = Place(
                    stream: place.stream,
                    table: "\(place.table)__\(column)",
                    key: place.key,
                    levels: "\(place.levels)/\(index)"
                )
                var childRow: TableSet.Row = [:]
                if case .object(let members) = element {
                    for member in members { try walk(member.value, member.name, in: child, into: &childRow) }
                } else {
                    try walk(element, "value", in: child, into: &childRow)
                }
                if let key = place.key { tables.add(childRow, key: key + child.levels, to: child.table) }
            }
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text, _): text
        default: value.compact
        }
    }

    /// A time as columns show it, with microseconds: `2026-11-20T10:00:00.000000Z`. Only UTC: all that Zendesk sends.
    /// A day is its midnight.
    ///
    /// By hand: a regular expression is parsed each time that it is used, which took a third of all tests' time.
    private static func time(_ text: String) throws -> String {
        if isWritten(text, like: "0000-00-00") { return "\(text)T00:00:00.000000Z" }
        let second = text.prefix(19)
        var rest = text.dropFirst(19)
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            rest = fraction.isEmpty ? rest : rest[fraction.endIndex...]
        }
        guard isWritten(second, like: "0000-00-00T00:00:00"), fraction.count <= 6,
            ["Z", "+00:00", "+00:00Z"].contains(rest)
        else { throw Unexpected(what: "the time \(text)") }
        return "\(second).\(fraction)\(String(repeating: "0", count: 6 - fraction.count))Z"
    }

    /// - Parameter form: its zeros stand for any digit.
    private static func isWritten(_ text: some StringProtocol, like form: String) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return text.utf8.count == form.utf8.count
            && zip(text.utf8, form.utf8).allSatisfy { $1 == digits.lowerBound ? digits.contains($0) : $0 == $1 }
    }

    /// Something that the simulator did not send when this was written.
    struct Unexpected: Error {
        var what: String
    }
}

extension String {
    /// The decimal without zeros at the end of its fraction.
    var canonicalDecimal: String {
        guard contains("."), !contains(where: { $0 == "e" || $0 == "E" }) else { return self }
        var text = Substring(self)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }
}
