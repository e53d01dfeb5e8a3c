/// What the small tables of the account hold at the start, and which of them its plan and its products open.
///
/// Streams go by their names in the database; those of Chat have `chat/` before it.
package struct ListSettings: Sendable {
    /// What the account pays for; each plan has what those before it have.
    package enum Plan: Int, Sendable, Comparable, CaseIterable {
        case team
        case growth
        case professional
        case enterprise

        package static func < (left: Plan, right: Plan) -> Bool { left.rawValue < right.rawValue }
    }

    /// How the Help Center's export of articles ends.
    package enum ArticleEnd: Sendable {
        /// With `next_page` null.
        case withoutNextPage
        /// With a page without records; `next_page` is never null.
        case withEmptyPage
    }

    /// How many records a stream starts with, where it is not ``ListStream/count``.
    package var sizes: [String: Int]
    /// How many of a stream's first records carry one and the same second as their time of change.
    package var inOneSecond: [String: Int]
    package var plan: Plan
    package var hasTalk: Bool
    package var hasHelpCenter: Bool
    package var hasJira: Bool
    package var articleEnd: ArticleEnd

    package init(
        sizes: [String: Int] = [:],
        inOneSecond: [String: Int] = [:],
        plan: Plan = .enterprise,
        hasTalk: Bool = true,
        hasHelpCenter: Bool = true,
        hasJira: Bool = true,
        articleEnd: ArticleEnd = .withoutNextPage
    ) {
        self.sizes = sizes
        self.inOneSecond = inOneSecond
        self.plan = plan
        self.hasTalk = hasTalk
        self.hasHelpCenter = hasHelpCenter
        self.hasJira = hasJira
        self.articleEnd = articleEnd
    }
}
