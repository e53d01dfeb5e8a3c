/// How many requests a minute allows.
package struct RateLimits: Sendable {
    /// Of the whole account.
    package var requests: Int
    /// Of the incremental exports of tickets and organizations together.
    package var exports: Int
    /// Of the incremental export of users.
    package var users: Int

    package init(requests: Int = 700, exports: Int = 10, users: Int = 20) {
        self.requests = requests
        self.exports = exports
        self.users = users
    }

    /// Limits that no test meets.
    package static let none = RateLimits(requests: 1_000_000, exports: 1_000_000, users: 1_000_000)
}

/// A budget of some endpoints, beside the account's.
enum RateBucket: String, Sendable {
    case incrementalExports = "incremental-exports"
    case incrementalUsers = "incremental-exports-cursor"

    /// What a refusal says.
    var refusal: String {
        switch self {
        case .incrementalExports: "Number of allowed incremental ticket export API requests per minute exceeded"
        case .incrementalUsers: "Number of allowed incremental user export API requests per minute exceeded"
        }
    }
}
