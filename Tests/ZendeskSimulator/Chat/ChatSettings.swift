/// What the account has of Chat. Its sizes are in ``ListSettings/sizes``, under names such as `chat/chats`.
package struct ChatSettings: Sendable {
    /// False: every path of Chat answers 404.
    package var isInstalled: Bool
    /// False: the plan lacks the API, so that all but the account's own description is refused with 403.
    package var hasAPI: Bool
    /// False: the tokens are those of an agent, whom everything is refused.
    package var isOwner: Bool
    /// How old a `start_time` must be. Chat says five minutes; zero: no such rule.
    package var newestStart: Duration

    package init(
        isInstalled: Bool = true,
        hasAPI: Bool = true,
        isOwner: Bool = true,
        newestStart: Duration = .seconds(300)
    ) {
        self.isInstalled = isInstalled
        self.hasAPI = hasAPI
        self.isOwner = isOwner
        self.newestStart = newestStart
    }
}
