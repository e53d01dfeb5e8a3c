import Catalog
import JSONScan

/// What is found around a page's records in one pass over the answer's own members.
struct PageEnvelope {
    private(set) var summary = PageSummary()
    /// Lists of the page's records, in the envelope's order, or the only record.
    private(set) var records: [JSONNode] = []
    /// True where ``records`` holds a record, not lists.
    private(set) var isSingle = false
    /// Lists beside the records, by their place.
    private(set) var besides: [JSONNode?]

    /// The levels of arrays and objects around a record.
    static func levels(of envelope: Envelope) -> Int {
        switch envelope {
        case .list, .lists: 2
        case .array, .member: 1
        case .object: 0
        }
    }

    /// - Parameters:
    ///   - members: of the root.
    ///   - besides: names of lists beside the records.
    init(
        _ root: JSONNode,
        members: [JSONMember],
        _ envelope: Envelope,
        besides names: [String],
        in bytes: Span<UInt8>
    ) throws(PageError) {
        besides = names.map { _ in nil }
        switch envelope {
        case .array:
            guard root.kind == .array else { throw .noRecords(envelope) }
            records = [root]
        case .object:
            guard root.kind == .object else { throw .noRecords(envelope) }
            records = [root]
            isSingle = true
        case .list(let name):
            records = lists(of: members, [name], besides: names, in: bytes).compactMap(\.self)
            guard records.first?.kind == .array else { throw .noRecords(envelope) }
        case .lists(let listNames):
            let lists = lists(of: members, listNames, besides: names, in: bytes)
            // One that is missing or null is empty; a page has one of them at least.
            records = lists.compactMap { $0 }.filter { $0.kind != .null }
            guard lists.contains(where: { $0 != nil }), records.allSatisfy({ $0.kind == .array }) else {
                throw .noRecords(envelope)
            }
        case .member(let name):
            records = lists(of: members, [name], besides: names, in: bytes).compactMap(\.self)
            guard !records.isEmpty else { throw .noRecords(envelope) }
            // Null: there is none.
            records.removeAll { $0.kind == .null }
            isSingle = true
        }
    }

    /// Reads the members of the answer.
    /// - Returns: the values of `names`.
    private mutating func lists(
        of members: [JSONMember],
        _ names: [String],
        besides: [String],
        in bytes: Span<UInt8>
    ) -> [JSONNode?] {
        var lists: [JSONNode?] = names.map { _ in nil }
        for member in members {
            let name = JSON.text(of: member.key, in: bytes)
            if let place = names.firstIndex(of: name) { lists[place] = member.value }
            if let place = besides.firstIndex(of: name) { self.besides[place] = member.value }
            note(member.value, as: name, in: bytes)
        }
        return lists
    }

    private mutating func note(_ value: JSONNode, as name: String, in bytes: Span<UInt8>) {
        switch name {
        case "end_of_stream": summary.endOfStream = Self.truth(value)
        case "after_cursor": summary.afterCursor = Self.text(value, in: bytes) ?? summary.afterCursor
        case "end_time": summary.endTime = Self.integer(value, in: bytes)
        case "end_id": summary.endID = RecordScanner.keyPart(value, in: bytes)
        case "count": summary.count = Self.integer(value, in: bytes)
        case "next_page":
            // Neither text nor null is as if it were not there.
            summary.nextPage = value.kind == .null ? .null : Self.text(value, in: bytes).map { .link($0) }
        case "meta":
            summary.hasMore = JSON.member("has_more", of: value, in: bytes).flatMap(Self.truth)
            if let cursor = JSON.member("after_cursor", of: value, in: bytes) {
                summary.afterCursor = Self.text(cursor, in: bytes) ?? summary.afterCursor
            }
        default: break
        }
    }

    static func truth(_ node: JSONNode) -> Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    static func text(_ node: JSONNode, in bytes: Span<UInt8>) -> String? {
        node.kind == .string ? JSON.text(of: node.range, in: bytes) : nil
    }

    static func integer(_ node: JSONNode, in bytes: Span<UInt8>) -> Int64? {
        node.kind == .number ? JSON.integer(node.range, in: bytes) : nil
    }
}
