/// How a list is paged through. Docs: docs/streams.md.
package enum PaginationDialect: String, Hashable, Sendable, CaseIterable {
    /// `page[size]`, `page[after]`, ends with `meta.has_more == false`; never by its links, which the last page has too.
    case cursorList
    /// `start_time`, then `cursor`; ends with `end_of_stream == true`, whose `after_cursor` starts the next run.
    case incrementalCursor
    /// `start_time` inclusive; ends with `end_of_stream == true`; the last second is read again.
    case incrementalTime
    /// As ``incrementalTime``, but without `end_of_stream` (Talk, Help Center): ends where a page brings nothing new.
    case incrementalTimeOpen
    /// `page`, `per_page`; ends with `next_page == null`.
    case offsetList
    /// All records in one answer.
    case singlePage
    /// Chat: `since_id` (inclusive), `limit`; ends with an empty page.
    case chatSinceID
    /// Chat: `start_time` in seconds, `start_id`, `limit`; ends where a page brings nothing new, as `next_page` is never
    /// null.
    case chatIncremental
    /// As ``chatIncremental`` with `start_time` in microseconds.
    case chatIncrementalMicroseconds
}

/// Where an answer holds its records.
package enum Envelope: Hashable, Sendable {
    /// The member of this name is their list.
    case list(String)
    /// The members of these names are lists; their records follow one another.
    case lists([String])
    /// The answer is their list.
    case array
    /// The answer is the only record.
    case object
    /// The member of this name is the only record.
    case member(String)
}

/// The request budget that an endpoint draws on. The raw values are the names in Zendesk's headers where these are known.
package enum RateBucket: String, Hashable, Sendable, CaseIterable {
    /// The account's own: Support and Talk.
    case account
    /// The account's own for Help Center, beside that of Support.
    case helpCenter = "help-center"
    /// The account's own for Chat.
    case chat
    case incrementalExports = "incremental-exports"
    case usersCursor = "incremental-exports-cursor"
    case tags = "tags-index"
    case ticketAudits = "ticket-audits"
    case talkExports = "talk-incremental-exports"

    /// The account-wide budget that is drawn on as well; itself for one of these.
    package var account: RateBucket {
        switch self {
        case .helpCenter, .chat: self
        default: .account
        }
    }

    /// True where one request at a time is sent, so that each knows what the one before was told.
    package var isSingleFlight: Bool {
        switch self {
        case .incrementalExports, .usersCursor, .talkExports, .tags: true
        case .account, .helpCenter, .chat, .ticketAudits: false
        }
    }
}
