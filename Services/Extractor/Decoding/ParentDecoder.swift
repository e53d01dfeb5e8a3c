package import Catalog
import JSONScan
import Model

/// A record as a walk through its stream needs it, to ask for what belongs to it.
package struct ParentRecord: Hashable, Sendable {
    /// The key's value as text, not encoded.
    package let key: String
    /// The replication key's value as text; nil where it has none.
    package let order: String?
    /// `status` is `deleted`: nothing can be asked for.
    package let isDeleted: Bool

    package init(key: String, order: String?, isDeleted: Bool) {
        self.key = key
        self.order = order
        self.isDeleted = isDeleted
    }
}

/// A page of such records. Records without a usable key are left out.
package struct ParentPage: Sendable {
    package var summary: PageSummary
    package var records: [ParentRecord]
}

/// Reads of a page only what a walk for children needs.
package struct ParentDecoder: Sendable {
    private let envelope: Envelope
    private let key: [UInt8]
    private let order: [UInt8]?

    /// - Parameter envelope: of the pages; the parent's key has one field.
    package init(_ envelope: Envelope, of parent: StreamDefinition) {
        self.envelope = envelope
        key = Array((parent.schema.key.first ?? "id").utf8)
        order = parent.schema.replicationKey.map { Array($0.utf8) }
    }

    /// - Complexity: O(n) in the page's bytes.
    package func decode(_ bytes: [UInt8]) throws(PageError) -> ParentPage {
        let span = bytes.span
        let root: JSONNode
        var outline = JSONOutline()
        do {
            root = try JSON.validate(span, limits: PageDecoder.widestLimits, outline: &outline)
        } catch {
            throw .invalidJSON(error)
        }
        let envelope = try PageEnvelope(root, members: outline.members, envelope, besides: [], in: span)
        var page = ParentPage(summary: envelope.summary, records: [])
        page.summary.records = 0
        for node in envelope.records {
            if envelope.isSingle {
                take(node, into: &page, in: span)
            } else {
                var elements = JSONElements(of: node)
                while let element = elements.next(in: span) { take(element, into: &page, in: span) }
            }
        }
        return page
    }

    private func take(_ record: JSONNode, into page: inout ParentPage, in bytes: Span<UInt8>) {
        page.summary.records += 1
        var key: String?
        var order: String?
        var isDeleted = false
        var members = JSONMembers(of: record)
        while let member = members.next(in: bytes) {
            if Self.equals(member.key, self.key, in: bytes) {
                key = key ?? RecordScanner.keyPart(member.value, in: bytes)
            }
            if let name = self.order, Self.equals(member.key, name, in: bytes) {
                order = order ?? RecordScanner.keyPart(member.value, in: bytes)
            }
            if JSON.equals(member.key, "status", in: bytes) {
                isDeleted = member.value.kind == .string && JSON.equals(member.value.range, "deleted", in: bytes)
            }
        }
        guard let key else { return }
        page.records.append(ParentRecord(key: key, order: order, isDeleted: isDeleted))
    }

    private static func equals(_ string: Range<Int>, _ name: [UInt8], in bytes: Span<UInt8>) -> Bool {
        RecordScanner.equals(string, name, in: bytes)
    }
}
