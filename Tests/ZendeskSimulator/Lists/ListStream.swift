import Model

/// One small table of the account: where it is served, how it is paged through, and what its records say.
struct ListStream: Sendable {
    enum Dialect: Sendable {
        /// `page[size]`, `page[after]`; numbered pages without them.
        case cursor
        /// `page`, `per_page`.
        case offset
        /// All in one answer.
        case single
        /// `start_time`, inclusive, and `next_page` never null (Talk).
        case timeWithoutEnd
        /// `start_time`, inclusive; the end is as ``ListSettings/ArticleEnd`` says.
        case timeWithEnd
        /// A bare array of all.
        case array
        /// The only record, bare.
        case object
        /// `since_id`, inclusive; a bare array.
        case sinceID
        /// `since_id`, inclusive, over the lists of these names, to which a record's member `type` assigns it.
        case sinceIDOver([String])
        /// `start_time` and `start_id`.
        case chatExport(ChatExport)
    }

    /// What a stream demands of the account.
    enum Gate: Sendable {
        case plan(ListSettings.Plan)
        case talk
        case helpCenter
        case jira
    }

    /// What tells one record from the others. Neither changes with the record's versions.
    enum Key: Sendable {
        case number
        case text(@Sendable (_ index: Int) -> String)
    }

    /// In the database; with `chat/` before it for Chat.
    var name: String
    /// Below `/api/v2/`.
    var path: String
    /// Nil: the name.
    var envelope: String?
    var dialect = Dialect.cursor
    /// How many records there are at the start, where the settings do not say.
    var count = 5
    var gate: Gate?
    var access = Endpoint.Access.account
    var bucket: RateBucket?
    var key = Key.number
    /// Deleted records stay, marked by what they say.
    var keepsDeleted = false
    var record: @Sendable (inout ListRecord) -> JSONTree

    var envelopeName: String { envelope ?? name }
}

/// The ids of the small tables' records: ascending with the index, other ones in each stream.
enum ListNumbering {
    static func id(_ stream: String, _ index: Int) -> Int64 {
        if stream == "ticket_fields", let id = TicketFieldIDs.id(index) { return id }
        let salt = Int64(hash(stream) >> 40)
        return 360_000_000_000 + salt * 1_000_000 + Int64(index) * (17 + salt % 97)
    }

    /// FNV-1a, so that a stream's draws depend on its name and nothing else.
    /// Source: http://www.isthe.com/chongo/tech/comp/fnv/
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
