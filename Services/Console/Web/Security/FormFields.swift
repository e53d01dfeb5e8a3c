import Model

/// The fields of a form, as a browser sends them (`application/x-www-form-urlencoded`), or of an address's query.
struct FormFields: Hashable, Sendable {
    /// More fields than any form of ours has.
    static let most = 2000

    private var values: [String: [String]] = [:]

    init() {}

    /// - Returns: nil for what is no form, or has too many fields.
    init?(_ text: some StringProtocol) {
        let fields = text.split(separator: "&", maxSplits: Self.most)
        guard fields.count <= Self.most else { return nil }
        for field in fields {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count == 2 ? Self.decoded(parts[1]) : "" else {
                return nil
            }
            values[name, default: []].append(value)
        }
    }

    /// The first value of a field; nil where it is missing or empty.
    subscript(name: String) -> String? { values[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The text of percent-encoded UTF-8 with `+` for blanks; nil for what is none.
    private static func decoded(_ text: some StringProtocol) -> String? {
        PercentText.decoded(String(text).replacing("+", with: " "))
    }
}
