package import Model

/// What the simulator saw of its clients.
package struct RequestAccount: Sendable, Codable {
    /// One request. No credentials are kept.
    package struct Entry: Sendable, Codable {
        package var time: Timestamp
        package var method: String
        package var path: String
        package var query: String
        package var status: Int
        /// The fault that it met.
        package var fault: String?
        /// It came before the end of a wait that it had been told.
        package var isViolation: Bool

        enum CodingKeys: String, CodingKey {
            case time
            case method
            case path
            case query
            case status
            case fault
            case isViolation = "violation"
        }
    }

    package private(set) var total = 0
    /// Answers with 429, from a budget or a fault.
    package private(set) var throttled = 0
    package private(set) var violations = 0
    /// By path, without `.json`.
    package private(set) var paths: [String: Int] = [:]
    /// The last 10,000, oldest first.
    package private(set) var requests: [Entry] = []

    mutating func add(_ entry: Entry) {
        total += 1
        paths[entry.path, default: 0] += 1
        if entry.status == 429 { throttled += 1 }
        if entry.isViolation { violations += 1 }
        requests.append(entry)
        // Cut by halves, so that a full account is not moved for every request.
        if requests.count >= 20_000 { requests.removeFirst(10_000) }
    }

    /// As it is shown: not more than the last 10,000 requests.
    var shown: RequestAccount {
        var shown = self
        shown.requests = requests.suffix(10_000)
        return shown
    }
}
