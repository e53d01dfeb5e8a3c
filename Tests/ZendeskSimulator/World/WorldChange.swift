/// How many records of each stream to change, delete and add.
///
/// In JSON: `{"tickets": 5, "deleted": {"users": 1}, "added": {"tickets": 2}, "seed": 7, "in_one_second": true,
/// "deleted_tickets": [8], "redacted": 1, "made_private": 1, "redacted_tickets": [7], "quietly": true, "rated": 3}`.
package struct WorldChange: Sendable, Decodable {
    package var updated: [SimulatedStream: Int]
    package var deleted: [SimulatedStream: Int]
    package var added: [SimulatedStream: Int]
    /// Which records are met. Nil: others at every change.
    package var seed: UInt64?
    /// Gives all of them one and the same second.
    package var isInOneSecond: Bool
    /// Tickets whose first comment is redacted.
    package var redacted = 0
    /// Tickets whose first comment is redacted, by their ids.
    package var redactedTickets: [Int64] = []
    /// Tickets whose first comment is made private.
    package var madePrivate = 0
    /// Tickets that are deleted, by their ids, beside those that are drawn.
    package var deletedTickets: [Int64] = []
    /// Redactions leave the tickets as they were: only the events tell of them.
    package var isQuiet = false
    /// Tickets whose satisfaction rating is given, or given anew.
    package var rated = 0

    package init(
        updated: [SimulatedStream: Int] = [:],
        deleted: [SimulatedStream: Int] = [:],
        added: [SimulatedStream: Int] = [:],
        seed: UInt64? = nil,
        isInOneSecond: Bool = false
    ) {
        self.updated = updated
        self.deleted = deleted
        self.added = added
        self.seed = seed
        self.isInOneSecond = isInOneSecond
    }

    /// The ids concerned. In JSON, `first_second` is the change's time in seconds since 1970.
    package struct Summary: Sendable, Codable {
        package var firstSecond: Int64
        package var updated: [SimulatedStream: [Int64]] = [:]
        package var deleted: [SimulatedStream: [Int64]] = [:]
        package var added: [SimulatedStream: [Int64]] = [:]
        /// Tickets with a redacted comment, or one made private.
        package var redacted: [Int64] = []
        package var rated: [Int64] = []

        enum CodingKeys: String, CodingKey {
            case firstSecond = "first_second"
            case updated
            case deleted
            case added
            case redacted
            case rated
        }
    }

    private enum CodingKeys: String, CodingKey {
        case tickets
        case users
        case organizations
        case groups
        case deleted
        case deletedTickets = "deleted_tickets"
        case added
        case seed
        case isInOneSecond = "in_one_second"
        case redacted
        case redactedTickets = "redacted_tickets"
        case madePrivate = "made_private"
        case isQuiet = "quietly"
        case rated
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        updated = [
            .tickets: try container.decodeIfPresent(Int.self, forKey: .tickets) ?? 0,
            .users: try container.decodeIfPresent(Int.self, forKey: .users) ?? 0,
            .organizations: try container.decodeIfPresent(Int.self, forKey: .organizations) ?? 0,
            .groups: try container.decodeIfPresent(Int.self, forKey: .groups) ?? 0,
        ]
        deleted = try container.decodeIfPresent([SimulatedStream: Int].self, forKey: .deleted) ?? [:]
        deletedTickets = try container.decodeIfPresent([Int64].self, forKey: .deletedTickets) ?? []
        added = try container.decodeIfPresent([SimulatedStream: Int].self, forKey: .added) ?? [:]
        seed = try container.decodeIfPresent(UInt64.self, forKey: .seed)
        isInOneSecond = try container.decodeIfPresent(Bool.self, forKey: .isInOneSecond) ?? false
        redacted = try container.decodeIfPresent(Int.self, forKey: .redacted) ?? 0
        redactedTickets = try container.decodeIfPresent([Int64].self, forKey: .redactedTickets) ?? []
        madePrivate = try container.decodeIfPresent(Int.self, forKey: .madePrivate) ?? 0
        isQuiet = try container.decodeIfPresent(Bool.self, forKey: .isQuiet) ?? false
        rated = try container.decodeIfPresent(Int.self, forKey: .rated) ?? 0
    }
}
