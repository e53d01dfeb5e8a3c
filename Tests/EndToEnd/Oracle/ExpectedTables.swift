/// The tables that records should have become, by the rules of the documentation and nothing of the loader's code.
struct ExpectedTables {
    /// The streams, which are also the tables of records.
    static let streams = ["tickets", "ticket_metrics", "users", "organizations", "groups"]

    /// Fields that are spliced out before a record is published.
    private static let spliced: [String: Set<String>] = ["tickets": ["fields", "metric_set"]]

    /// Declared times; all other texts stay as they are, whatever they look like.
    private static let times: Set<String> = [
        "created_at", "updated_at", "due_at", "deleted_at", "last_login_at", "assigned_at", "assignee_updated_at",
        "initially_assigned_at", "latest_comment_added_at", "requester_updated_at", "solved_at", "status_updated_at",
        "satisfaction_rating__created_at", "satisfaction_rating__updated_at",
    ]

    /// Columns without a declared type: one text column each, never split.
    private static let untyped: [String: Set<String>] = ["tickets__custom_fields": ["value"]]

    private(set) var tables = TableSet()

    /// Adds a record's row and sub-rows.
    mutating func add(_ record: JSONValue, of stream: String) throws {
        guard case .number(let id)? = record["id"], case .object(let members) = record else {
            throw Unexpected(what: "a record of \(stream) without an id")
        }
        var row: TableSet.Row = [:]
        for member in members where Self.spliced[stream]?.contains(member.name) != true {
            try walk(member.value, member.name, in: Place(table: stream, key: id), into: &row)
        }
        tables.add(row, key: id, to: stream)
    }

    /// A row that is being filled.
    private struct Place {
        var table: String
        var key: String
    }

    private mutating func walk(
        _ value: JSONValue,
        _ column: String,
        in place: Place,
        into row: inout TableSet.Row
    ) throws {
        if Self.untyped[place.table]?.contains(column) == true {
            row[column] = Self.untypedText(value)
            return
        }
        switch value {
        case .null: break
        case .boolean(let value): row[column] = value ? "1" : "0"
        case .number(let written): row[column] = written.canonicalDecimal
        case .string(let text, _): row[column] = Self.times.contains(column) ? try Self.time(text) : text
        case .object(let members):
            for member in members { try walk(member.value, "\(column)__\(member.name)", in: place, into: &row) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                let child = Place(table: "\(place.table)__\(column)", key: "\(place.key)/\(index)")
                var childRow: TableSet.Row = [:]
                if case .object(let members) = element {
                    for member in members { try walk(member.value, member.name, in: child, into: &childRow) }
                } else {
                    try walk(element, "value", in: child, into: &childRow)
                }
                tables.add(childRow, key: child.key, to: child.table)
            }
        }
    }

    private static func untypedText(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text, _): text
        default: value.compact
        }
    }

    /// `2026-11-20T10:00:00Z` with microseconds.
    private static func time(_ text: String) throws -> String {
        guard text.utf8.count == 20, text.hasSuffix("Z") else { throw Unexpected(what: "the time \(text)") }
        return text.dropLast() + ".000000Z"
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
