/// How many requests a minute allows.
package struct RateLimits: Sendable {
    /// Of the whole account, but for Help Center and Chat.
    package var requests: Int
    /// Of the incremental exports of tickets, organizations and events together.
    package var exports: Int
    /// Of the incremental export of users.
    package var users: Int
    /// Of the audits of single tickets.
    package var audits = 500
    /// Of the list of tags.
    package var tags = 100
    /// Of Talk's incremental exports.
    package var talkExports = 10
    /// Of Chat, which has its own beside the account's.
    package var chat = 200
    /// Of Help Center, which has its own beside the account's. Nil: as many as the account's.
    package var helpCenter: Int?

    package init(requests: Int = 700, exports: Int = 10, users: Int = 20) {
        self.requests = requests
        self.exports = exports
        self.users = users
    }

    /// Limits that no test meets.
    package static var none: RateLimits {
        let many = 1_000_000
        var limits = RateLimits(requests: many, exports: many, users: many)
        limits.audits = many
        limits.tags = many
        limits.talkExports = many
        limits.chat = many
        return limits
    }

    func limit(_ bucket: RateBucket) -> Int {
        switch bucket {
        case .incrementalExports: exports
        case .incrementalUsers: users
        case .ticketAudits: audits
        case .tags: tags
        case .talkExports: talkExports
        }
    }

    func limit(_ budget: AccountBudget) -> Int {
        switch budget {
        case .support: requests
        case .helpCenter: helpCenter ?? requests
        case .chat: chat
        }
    }
}
