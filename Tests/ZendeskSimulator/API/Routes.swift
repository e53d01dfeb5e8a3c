/// Finds the endpoint of a path.
enum Routes {
    /// The endpoint that answers `method` on `path`, or nil where there is none.
    static func endpoint(_ method: String, _ path: String) -> Endpoint? {
        if let found = fixed[method + path] { return found }
        return open.first { $0.method == method && captures($0.path, path) != nil }
    }

    /// The values that `path` gives for the placeholders of `pattern`; nil where it does not match.
    static func captures(_ pattern: String, _ path: String) -> [String: String]? {
        if pattern == path { return [:] }
        let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        guard wanted.count == given.count else { return nil }
        var values: [String: String] = [:]
        for (part, value) in zip(wanted, given) {
            if part.hasPrefix("{"), part.hasSuffix("}"), !value.isEmpty {
                values[String(part.dropFirst().dropLast())] = String(value)
            } else if part != value {
                return nil
            }
        }
        return values
    }

    private static let fixed = Dictionary(
        Endpoint.all.filter { !$0.path.contains("{") }.map { ($0.method + $0.path, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    private static let open = Endpoint.all.filter { $0.path.contains("{") }
}
