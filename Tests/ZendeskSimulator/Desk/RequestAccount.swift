package import Model

/// What the simulator saw of its clients.
package struct RequestAccount: Sendable, Codable {
    /// A limit that a client must know and keep to.
    package enum Violation: String, Sendable, Codable {
        /// A page of more records than the endpoint gives.
        case pageSize = "page_size"
        /// A numbered page beyond the hundredth, or beyond 10,000 records.
        case depth
    }

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
        /// When it had been told, if so.
        package var toldAt: Timestamp?
        /// The limit that it went beyond.
        package var overstep: Violation?

        enum CodingKeys: String, CodingKey {
            case time
            case method
            case path
            case query
            case status
            case fault
            case isViolation = "violation"
            case toldAt = "told_at"
            case overstep
        }
    }

    package private(set) var total = 0
    /// Answers with 429, from a budget or a fault.
    package private(set) var throttled = 0
    /// Requests before the end of a wait.
    package private(set) var violations = 0
    /// Requests for more than a page may hold.
    package private(set) var oversized = 0
    /// Requests for numbered pages that are too deep.
    package private(set) var tooDeep = 0
    /// By the endpoint's path, without `.json` and with its placeholders.
    package private(set) var paths: [String: Int] = [:]
    /// The last 10,000, oldest first.
    package private(set) var requests: [Entry] = []
    /// All that came before the end of a wait.
    package private(set) var early: [Entry] = []

    private enum CodingKeys: String, CodingKey {
        case total
        case throttled
        case violations
        case oversized
        case tooDeep = "too_deep"
        case paths
        case requests
    }

    mutating func add(_ entry: Entry, under path: String) {
        total += 1
        paths[path, default: 0] += 1
        if entry.status == 429 { throttled += 1 }
        if entry.isViolation {
            violations += 1
            early.append(entry)
        }
        switch entry.overstep {
        case .pageSize: oversized += 1
        case .depth: tooDeep += 1
        case nil: break
        }
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
