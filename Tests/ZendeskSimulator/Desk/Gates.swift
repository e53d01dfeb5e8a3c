/// Paths that are closed to the account: by its plan, by the role of the credentials, for one ticket.
struct Gates: Sendable {
    /// By path, an endpoint's path with its placeholders, or the beginning of paths before a `*`.
    private var statuses: [String: Int]

    init(_ statuses: [String: Int]) {
        self.statuses = statuses
    }

    /// Closes a path; with nil, opens it.
    mutating func set(_ pattern: String, _ status: Int?) {
        statuses[pattern.hasSuffix(".json") ? String(pattern.dropLast(5)) : pattern] = status
    }

    /// What a request is refused with, or nil where its path is open.
    func refusal(_ path: String, _ endpoint: Endpoint) -> APIError? {
        guard !statuses.isEmpty else { return nil }
        let status =
            statuses[path] ?? statuses[endpoint.path]
            ?? statuses.first { $0.key.hasSuffix("*") && path.hasPrefix($0.key.dropLast()) }?.value
        return status.map(APIError.closed)
    }
}
