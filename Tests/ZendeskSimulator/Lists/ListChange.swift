/// How many records of each small table to change, delete and add.
///
/// In JSON: `{"updated": {"macros": 2}, "deleted": {"tags": 1}, "added": {"chat/chats": 3}, "seed": 7}`.
package struct ListChange: Sendable, Decodable {
    package var updated: [String: Int]
    package var deleted: [String: Int]
    package var added: [String: Int]
    /// Which records are met. Nil: others at every change.
    package var seed: UInt64?

    package init(
        updated: [String: Int] = [:],
        deleted: [String: Int] = [:],
        added: [String: Int] = [:],
        seed: UInt64? = nil
    ) {
        self.updated = updated
        self.deleted = deleted
        self.added = added
        self.seed = seed
    }

    /// The keys concerned: ids as text, names of tags and shortcuts, ids of chats. All changed in one second.
    package struct Summary: Sendable, Codable {
        package var firstSecond: Int64
        package var updated: [String: [String]] = [:]
        package var deleted: [String: [String]] = [:]
        package var added: [String: [String]] = [:]

        enum CodingKeys: String, CodingKey {
            case firstSecond = "first_second"
            case updated
            case deleted
            case added
        }
    }

    private enum CodingKeys: String, CodingKey {
        case updated
        case deleted
        case added
        case seed
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            updated: try container.decodeIfPresent([String: Int].self, forKey: .updated) ?? [:],
            deleted: try container.decodeIfPresent([String: Int].self, forKey: .deleted) ?? [:],
            added: try container.decodeIfPresent([String: Int].self, forKey: .added) ?? [:],
            seed: try container.decodeIfPresent(UInt64.self, forKey: .seed)
        )
    }
}
