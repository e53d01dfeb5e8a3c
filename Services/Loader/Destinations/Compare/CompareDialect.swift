import Model

/// How values of two tables are compared in SQL: by what they mean, whatever type holds them. Pure.
enum CompareDialect: Sendable {
    case postgreSQL
    case sqlite

    /// True where the field has another value in row `x` than in row `y`.
    func differ(_ match: ColumnPairing.Match) -> String {
        if match.isDirect {
            let (x, y) = (match.columns.schema[0], match.columns.with[0])
            return differ(x, y)
        }
        let kinds = Sides(match.kinds)
        let x = text(match.columns.schema, "x", beside: kinds.with)
        let y = text(match.columns.with, "y", beside: kinds.schema)
        guard self == .postgreSQL, kinds.schema.union(kinds.with).contains(.json) else { return isDistinct(x, y) }
        return "(\(isDistinct(x, y)) AND \(isDistinct(tokens(x), tokens(y))))"
    }

    private func differ(_ x: ColumnFacts, _ y: ColumnFacts) -> String {
        let plain = isDistinct(reference(x, "x"), reference(y, "y"))
        if case .time = x.kind, self == .sqlite {
            return "(\(plain) AND \(isDistinct(instant(x, "x"), instant(y, "y"))))"
        }
        return isDistinct(comparable(x, "x"), comparable(y, "y"))
    }

    private func isDistinct(_ x: String, _ y: String) -> String {
        self == .postgreSQL ? "(\(x)) IS DISTINCT FROM (\(y))" : "(\(x)) IS NOT (\(y))"
    }

    func reference(_ column: ColumnFacts, _ row: String) -> String { "\(row).\(SQLIdentifier.quoted(column.name))" }

    /// A value as others of its kind are compared with it, and joined and sorted by.
    func comparable(_ column: ColumnFacts, _ row: String) -> String {
        let reference = reference(column, row)
        guard self == .postgreSQL else { return reference }
        switch column.kind {
        case .number, .boolean: return reference
        case .time: return instant(column, row)
        // The two columns may have collations of their own.
        case .text: return #"\#(reference)::text COLLATE "C""#
        case .json: return "\(reference)::jsonb"
        case .other: return #"\#(reference)::text COLLATE "C""#
        }
    }

    /// A point in time: PostgreSQL's timestamptz, in SQLite the text that Deskpipe writes.
    func instant(_ column: ColumnFacts, _ row: String) -> String {
        let reference = reference(column, row)
        guard self == .postgreSQL else {
            return "coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', \(reference)), \(reference))"
        }
        guard column.kind == .time(zoned: false) else { return reference }
        return "(\(reference)::timestamp AT TIME ZONE 'UTC')"
    }

    /// A value as text for people: a key, the least and the greatest of a column.
    func shown(_ expression: String, _ kind: ValueKind) -> String {
        guard self == .postgreSQL else { return "CAST(\(expression) AS TEXT)" }
        guard case .time = kind else { return "(\(expression))::text" }
        return #"to_char(\#(expression) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#
    }

    /// The one value that the columns of a field hold, as text that is the same for equal values of different types.
    /// - Parameter others: what kinds the other table has for the field.
    private func text(_ columns: [ColumnFacts], _ row: String, beside others: Set<ValueKind>) -> String {
        let texts = columns.map { text($0, row, beside: others) }
        return texts.count == 1 ? texts[0] : "coalesce(\(texts.joined(separator: ", ")))"
    }

    private func text(_ column: ColumnFacts, _ row: String, beside others: Set<ValueKind>) -> String {
        let reference = reference(column, row)
        switch (self, column.kind) {
        case (.postgreSQL, .number): return "trim_scale(\(reference)::numeric)::text"
        case (.postgreSQL, .time): return shown(instant(column, row), column.kind)
        case (.postgreSQL, .json):
            return "CASE jsonb_typeof(\(reference)::jsonb) WHEN 'string' THEN \(reference)::jsonb #>> '{}' "
                + "ELSE \(reference)::text END"
        case (.postgreSQL, .text): return normalised(#"(\#(reference)::text COLLATE "C")"#, beside: others)
        case (.postgreSQL, _): return "\(reference)::text"
        case (.sqlite, .number):
            return "CASE WHEN typeof(\(reference)) = 'real' AND \(reference) = CAST(\(reference) AS INTEGER) "
                + "THEN CAST(CAST(\(reference) AS INTEGER) AS TEXT) ELSE CAST(\(reference) AS TEXT) END"
        case (.sqlite, .boolean):
            return "CASE \(reference) WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE CAST(\(reference) AS TEXT) END"
        case (.sqlite, .time): return instant(column, row)
        case (.sqlite, _): return "CAST(\(reference) AS TEXT)"
        }
    }

    /// Text that is a number or a time, as the other table's column of that kind would show it.
    private func normalised(_ text: String, beside others: Set<ValueKind>) -> String {
        var arms: [String] = []
        if others.contains(.number) {
            arms.append("WHEN \(text) ~ '\(Self.number)' THEN trim_scale(\(text)::numeric)::text")
        }
        if others.contains(where: { if case .time = $0 { true } else { false } }) {
            arms.append("WHEN \(text) ~ '\(Self.time)' THEN \(shown("\(text)::timestamptz", .time(zoned: true)))")
        }
        return arms.isEmpty ? text : "CASE \(arms.joined(separator: " ")) ELSE \(text) END"
    }

    /// JSON as its sorted parts: the same whatever the white space and the order of members.
    private func tokens(_ text: String) -> String {
        #"(SELECT string_agg(t, ',' ORDER BY t COLLATE "C") FROM "#
            + #"regexp_split_to_table(regexp_replace(\#(text), '\s', '', 'g'), '[][{},]') AS t)"#
    }

    /// A JSON number that `numeric` takes for certain.
    private static let number = #"^-?(0|[1-9]\d{0,250})(\.\d{1,250})?([eE][+-]?\d{1,3})?$"#

    /// A time that `timestamptz` takes for certain: no 30th of February reaches the cast, which would end the query.
    private static let time =
        #"^(\d{4}-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"#
        + #"|\d\d(0[48]|[2468][048]|[13579][26])-02-29)"#
        + #"[T ]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)$"#
}
