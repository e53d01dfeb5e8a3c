import Model

/// One path of the API: what it draws on, who may call it, and how it answers.
struct Endpoint: Sendable {
    /// What an endpoint demands before it answers.
    enum Access: Sendable {
        case anyone
        /// Answers without credentials too, but refuses bad ones.
        case anonymous
        case account
        case admin
    }

    /// What an answer is made of.
    struct Backend: Sendable {
        var world: World
        var lists: ListStore
        /// How long a change stays hidden from the exports.
        var holdBack: Duration
        var desk: LockedDesk
        /// False for a request without credentials, which few endpoints answer.
        var isAuthenticated = true
        /// The largest page that the metric events' cursor list gives.
        var largestMetricPage = 100
        /// The largest page of an export, whatever is asked for.
        var largestExportPage = 1000
        /// The fault of a page without records that is not the last one.
        var emptiesPage = false
    }

    var method = "GET"
    /// May hold `{name}` for a part that the request gives: ``APIRequest/captured(_:)``.
    var path: String
    /// Drawn on beside the account's own budget.
    var bucket: RateBucket?
    var access = Access.admin
    var answer: @Sendable (APIRequest, Backend) async throws -> APIResponse

    /// The account-wide budget that it draws on.
    var budget: AccountBudget { AccountBudget(path: path) }

    /// Every path that is simulated; a new family is one list here.
    static let all: [Endpoint] = support + oauth + ListEndpoint.endpoints + ChatEndpoint.endpoints

    /// Tickets and what belongs to them, the people, and the account.
    private static let support: [Endpoint] = [
        Endpoint(
            path: "/api/v2/incremental/tickets/cursor",
            bucket: .incrementalExports,
            answer: IncrementalCursorExport(stream: .tickets).answer
        ),
        Endpoint(
            path: "/api/v2/incremental/users/cursor",
            bucket: .incrementalUsers,
            answer: IncrementalCursorExport(stream: .users).answer
        ),
        Endpoint(
            path: "/api/v2/incremental/organizations",
            bucket: .incrementalExports,
            answer: IncrementalTimeExport(stream: .organizations).answer
        ),
        Endpoint(
            path: "/api/v2/incremental/ticket_events",
            bucket: .incrementalExports,
            answer: EventExport.answer
        ),
        Endpoint(path: "/api/v2/incremental/ticket_metric_events", answer: MetricEventExport.answer),
        Endpoint(
            path: "/api/v2/tickets/{id}/audits",
            bucket: .ticketAudits,
            access: .account,
            answer: TicketAudits.answer
        ),
        Endpoint(path: "/api/v2/satisfaction_ratings", access: .account, answer: RatingList.answer),
        Endpoint(path: "/api/v2/groups", access: .account, answer: CursorList(stream: .groups).answer),
        Endpoint(path: "/api/v2/tickets/count", access: .account, answer: RecordCount(stream: .tickets).answer),
        Endpoint(path: "/api/v2/users/count", access: .account, answer: RecordCount(stream: .users).answer),
        Endpoint(path: "/api/v2/users/me", access: .anonymous, answer: CurrentUser.answer),
    ]
}
