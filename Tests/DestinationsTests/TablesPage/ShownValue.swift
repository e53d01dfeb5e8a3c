import Loader

/// A value in the form that docs/tables.md shows it in, whichever destination it came from.
enum ShownValue {
    /// - Parameters:
    ///   - value: as ``DestinationFixture/query(_:)`` gives it; times by ``DestinationFixture/time(_:)``.
    static func text(_ value: String?, _ type: CellType) -> String {
        guard let value else { return "NULL" }
        switch type {
        case .boolean: return value == "1" || value == "t" ? "true" : "false"
        case .timestamp: return shortTime(value)
        case .decimal: return decimal(value)
        case .integer: return value
        case .text: return value.isEmpty ? "''" : value
        }
    }

    /// What the page shows, in the form that ``text(_:_:)`` gives.
    static func expected(_ shown: String, _ type: CellType) -> String {
        type == .decimal && shown != "NULL" ? decimal(shown) : shown
    }

    /// `2026-11-20T10:00:00.100000Z` as `2026-11-20T10:00:00.1Z`.
    private static func shortTime(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var rest = text.dropLast()
        while rest.last == "0" { rest.removeLast() }
        if rest.last == "." { rest.removeLast() }
        return rest + "Z"
    }

    /// A decimal's digits without zeros at either end, and its exponent: the same for `1e2`, `100` and `100.0`.
    static func decimal(_ text: String) -> String {
        let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
        guard let mantissa = parts.first, mantissa.contains(where: \.isNumber) else { return text }
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = mantissa.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        if halves.count > 1 { exponent -= halves[1].count }
        var digits = halves.joined().drop { $0 == "0" }
        while digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else { return "0" }
        return (mantissa.hasPrefix("-") ? "-" : "") + digits + "e\(exponent)"
    }
}
