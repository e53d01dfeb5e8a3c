package import Catalog
import JSONScan
import Messaging
import Model

/// Slices a page into raw records with their keys; validates the page once, builds no tree, copies no record.
///
/// One bad record is data: it becomes a rejected one in its place and the rest of the page goes on.
package struct PageDecoder: Sendable {
    /// A larger record is rejected: 4 MiB, so that its event passes every topic.
    package static let maxRecordBytes = 4 << 20
    /// Most records of a stream in one answer. Zendesk's pages have 1,000 at most; what is not paged has some thousands.
    /// An answer of empty objects would otherwise become many times as much memory.
    static let mostRecords = 100_000
    /// What one record may hold. Its event, and the page, put levels of their own around it.
    static let recordLimits = JSONLimits(depth: 64, members: 5000)
    /// What a page may hold whose records are then checked one by one.
    static let widestLimits = JSONLimits(depth: 100_000, members: 10_000_000)

    /// Where a derived stream's records come from, by the places of values in ``RecordScanner/derived`` and in
    /// ``PageEnvelope/besides``.
    private enum Source {
        case records
        case field(Int)
        case list(Int)
        case elements(list: Int, around: [Int], ticket: Int?)
    }

    private let envelope: Envelope
    /// The page's own stream first.
    private let layouts: [RecordLayout]
    /// Of the layouts after the first.
    private let sources: [Source]
    /// Names of lists beside the records.
    private let besides: [String]

    /// - Parameters:
    ///   - layout: of the page's own stream.
    ///   - derived: of the streams taken out of its records, in the order that `layout` names their fields in.
    package init(_ envelope: Envelope, layout: RecordLayout, derived: [RecordLayout] = []) {
        self.envelope = envelope
        layouts = [layout] + derived
        sources = derived.indices.map { .field($0) }
        besides = []
    }

    /// - Parameters:
    ///   - parent: the page's own stream.
    ///   - excluded: paths to cut out of its records.
    ///   - derived: the streams taken out of its pages; their places in ``DecodedPage/streams`` follow its own.
    package init(_ envelope: Envelope, of parent: StreamDefinition, excluded: [String], derived: [DerivedLayout]) {
        self.envelope = envelope
        var needs: [String] = []
        var besides: [String] = []
        func place(_ name: String, in names: inout [String]) -> Int {
            if let place = names.firstIndex(of: name) { return place }
            names.append(name)
            return names.count - 1
        }
        sources = derived.map { derived in
            let places = derived.needs.map { place($0, in: &needs) }
            switch derived.place {
            case .records: return .records
            case .field: return .field(places[0])
            case .list(let name): return .list(place(name, in: &besides))
            case .elements:
                let ticket = needs.firstIndex(of: "ticket_id")
                return .elements(list: places[0], around: Array(places.dropFirst()), ticket: ticket)
            }
        }
        layouts = [RecordLayout(parent, excluded: excluded, derived: needs)] + derived.map(\.layout)
        self.besides = besides
    }

    /// As ``decode(_:parentKey:)``, for a page that is not of one parent.
    package func decode(_ bytes: [UInt8]) throws(PageError) -> DecodedPage {
        try decode(bytes, parentKey: nil)
    }

    /// - Parameter parentKey: of the record whose children these are, for ``Request/parentKey-swift.property``.
    /// - Complexity: O(n) in the page's bytes; memory: some words per record and per field cut out.
    package func decode(_ bytes: [UInt8], parentKey: String?) throws(PageError) -> DecodedPage {
        let span = bytes.span
        var outline = JSONOutline()
        let (root, isChecked) = try Self.validated(span, levels: PageEnvelope.levels(of: envelope), &outline)
        let envelope = try PageEnvelope(root, members: outline.members, envelope, besides: besides, in: span)
        let parentValue = parentKey.map(PageLiterals.value)
        var literals = PageLiterals()
        var scanners: [RecordScanner] = []
        for layout in layouts {
            scanners.append(
                RecordScanner(
                    layout,
                    checksLimits: !isChecked,
                    parentKey: parentValue,
                    literals: &literals,
                    offset: bytes.count
                )
            )
        }
        var walk = PageWalk(scanners: scanners)
        for node in envelope.records {
            if envelope.isSingle {
                try scan(node, &walk, in: span)
            } else {
                var elements = JSONElements(of: node)
                while let element = elements.next(in: span) { try scan(element, &walk, in: span) }
            }
        }
        for (index, source) in sources.enumerated() {
            guard case .list(let place) = source, let list = envelope.besides[place] else { continue }
            var elements = JSONElements(of: list)
            while let element = elements.next(in: span) { try walk.scan(element, as: index + 1, in: span) }
        }
        var page = DecodedPage(
            bytes: literals.bytes.isEmpty ? bytes : bytes + literals.bytes,
            summary: envelope.summary,
            streams: layouts.map { DecodedStream($0.stream) }
        )
        for index in layouts.indices {
            page.streams[index].records = walk.scanners[index].records
            page.streams[index].ranges = walk.scanners[index].kept.ranges
        }
        page.summary.records = walk.count
        page.summary.greatestID = greatestID(page.streams[0].records)
        page.redactedTickets = walk.redactedTickets
        return page
    }

    /// The records of one page on their way through their scanners.
    private struct PageWalk {
        var scanners: [RecordScanner]
        /// Records of the page's own lists so far.
        var count = 0
        var redactedTickets: [Int64] = []
        var around: [JSONNode?] = []

        /// Takes a record that stands for itself.
        mutating func scan(_ node: JSONNode, as index: Int, in bytes: Span<UInt8>) throws(PageError) {
            guard scanners[index].records.count < PageDecoder.mostRecords else { throw .tooManyRecords }
            scanners[index].scan(node, index: scanners[index].records.count, in: bytes)
        }
    }

    /// Takes a record of the page, and those in it.
    private func scan(_ record: JSONNode, _ walk: inout PageWalk, in bytes: Span<UInt8>) throws(PageError) {
        guard walk.count < Self.mostRecords else { throw .tooManyRecords }
        walk.scanners[0].scan(record, index: walk.count, in: bytes)
        for (place, source) in sources.enumerated() {
            switch source {
            case .records: walk.scanners[place + 1].scan(record, index: walk.count, in: bytes)
            case .field(let field):
                if let node = walk.scanners[0].derived[field], node.kind != .null {
                    walk.scanners[place + 1].scan(node, index: walk.count, in: bytes)
                }
            case .list: break
            case .elements(let list, let around, let ticket):
                guard let array = walk.scanners[0].derived[list] else { continue }
                walk.around.removeAll(keepingCapacity: true)
                for place in around { walk.around.append(walk.scanners[0].derived[place]) }
                let ticket = ticket.flatMap { walk.scanners[0].derived[$0] }
                try scan(elementsOf: array, as: place + 1, ticket: ticket, &walk, in: bytes)
            }
        }
        walk.count += 1
    }

    private func scan(
        elementsOf array: JSONNode,
        as index: Int,
        ticket: JSONNode?,
        _ walk: inout PageWalk,
        in bytes: Span<UInt8>
    ) throws(PageError) {
        var isRedacted = false
        var elements = JSONElements(of: array)
        while let element = elements.next(in: bytes) {
            let number = walk.scanners[index].records.count
            guard number < Self.mostRecords else { throw .tooManyRecords }
            if walk.scanners[index].scan(element: element, around: walk.around, index: number, in: bytes) { continue }
            isRedacted = isRedacted || walk.scanners[index].filter.map { Self.isRedaction($0, in: bytes) } ?? false
        }
        if isRedacted, let ticket, let id = PageEnvelope.integer(ticket, in: bytes),
            walk.redactedTickets.last != id
        {
            walk.redactedTickets.append(id)
        }
    }

    /// Whether an event's type says that a comment was changed: `CommentRedactionEvent`, `CommentPrivacyChange` …
    private static func isRedaction(_ type: JSONNode, in bytes: Span<UInt8>) -> Bool {
        guard type.kind == .string else { return false }
        guard JSON.isPlain(type.range, in: bytes) else {
            let text = Array(JSON.text(of: type.range, in: bytes).utf8)
            return contains(text.indices, anyOf: redactions, in: text.span)
        }
        return contains(type.range, anyOf: redactions, in: bytes)
    }

    private static let redactions = ["Redaction", "Privacy"].map { Array($0.utf8) }

    /// Byte by byte: this is asked of every event that is no comment, and a search in strings takes longer than all
    /// else of a page.
    private static func contains(_ range: Range<Int>, anyOf words: [[UInt8]], in bytes: Span<UInt8>) -> Bool {
        for word in words where word.count <= range.count {
            for start in range.lowerBound...(range.upperBound - word.count) {
                var offset = 0
                while offset < word.count, bytes[start + offset] == word[offset] { offset += 1 }
                if offset == word.count { return true }
            }
        }
        return false
    }

    /// Chat's lists page by their ids.
    private func greatestID(_ records: [DecodedRecord]) -> Int64? {
        switch envelope {
        case .array, .lists: records.lazy.compactMap { $0.key.flatMap { Int64($0) } }.max()
        default: nil
        }
    }

    /// The root, and whether every record is within its limits.
    /// - Parameter outline: becomes the page's.
    private static func validated(
        _ bytes: Span<UInt8>,
        levels: Int,
        _ outline: inout JSONOutline
    ) throws(PageError) -> (JSONNode, Bool) {
        let limits = JSONLimits(depth: recordLimits.depth + levels, members: recordLimits.members)
        do {
            return (try JSON.validate(bytes, limits: limits, outline: &outline), true)
        } catch {
            switch error {
            case .tooDeep, .tooManyMembers: break
            default: throw .invalidJSON(error)
            }
        }
        do {
            return (try JSON.validate(bytes, limits: widestLimits, outline: &outline), false)
        } catch {
            throw .invalidJSON(error)
        }
    }
}
