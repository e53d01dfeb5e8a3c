import JSONScan
import Messaging

/// Walks the records of one stream of a page, one after another.
struct RecordScanner {
    let layout: RecordLayout
    private let checksLimits: Bool
    /// Where the layout's literals stand in the page.
    private let renames: [Range<Int>]
    private let names: [Range<Int>]
    /// `,"name":value`, where records get their parent's key.
    private let parentMember: Range<Int>?
    private(set) var records: [DecodedRecord] = []
    var kept = KeptRanges()
    /// The values of the last record that make records of other streams, or go to them, by their place.
    private(set) var derived: [JSONNode?]
    /// The values of the last record's key fields.
    private var key: [JSONNode?]
    private var replicationKey: Range<Int>?
    /// The value that says whether an element is a record.
    private(set) var filter: JSONNode?
    /// Which of the members around the last element has already.
    private var own: [Bool]
    private var memberCount = 0
    private var isDeepInherited = false
    /// The record has a member where its parent's key would go.
    private var hasParentKey = false

    /// - Parameters:
    ///   - parentKey: the parent's key as JSON; nil where the page is not of one parent.
    ///   - offset: where the page's bytes end and its literals begin.
    init(
        _ layout: RecordLayout,
        checksLimits: Bool,
        parentKey: [UInt8]?,
        literals: inout PageLiterals,
        offset: Int
    ) {
        self.layout = layout
        self.checksLimits = checksLimits
        renames = layout.renames.map { literals.add($0).moved(by: offset) }
        names = layout.elements?.names.map { literals.add($0).moved(by: offset) } ?? []
        if let name = layout.parentKey, let parentKey {
            parentMember = literals.add(name + parentKey).moved(by: offset)
        } else {
            parentMember = nil
        }
        derived = Array(repeating: nil, count: layout.fields.compactMap(\.derived).map { $0 + 1 }.max() ?? 0)
        key = layout.key.map { _ in nil }
        own = names.map { _ in false }
    }

    mutating func scan(_ record: JSONNode, index: Int, in bytes: Span<UInt8>) {
        let first = begin(record)
        if record.kind == .object {
            let hasKept = walk(record, around: [], in: bytes)
            if let parentMember, !hasParentKey { add(parentMember, to: record, isFirst: !hasKept) }
        }
        kept.end(at: record.range.upperBound)
        append(record, index: index, first: first, in: bytes)
    }

    /// Walks one element of a record's array.
    /// - Parameter around: the record's values, by ``RecordLayout/Field/inherited``.
    /// - Returns: whether it is a record of the stream.
    mutating func scan(element: JSONNode, around: [JSONNode?], index: Int, in bytes: Span<UInt8>) -> Bool {
        filter = nil
        guard let elements = layout.elements, element.kind == .object else { return false }
        let first = begin(element)
        for place in own.indices { own[place] = false }
        let hasKept = walk(element, around: around, in: bytes)
        guard let filter, filter.kind == .string, Self.equals(filter.range, elements.value, in: bytes) else {
            kept.discard(to: first)
            return false
        }
        kept.end(at: element.range.upperBound - 1)
        take(around, isFirst: !hasKept, in: bytes)
        kept.append((element.range.upperBound - 1)..<element.range.upperBound)
        append(element, index: index, first: first, in: bytes)
        return true
    }

    private mutating func begin(_ record: JSONNode) -> Int {
        for place in key.indices { key[place] = nil }
        for place in derived.indices { derived[place] = nil }
        replicationKey = nil
        memberCount = 0
        isDeepInherited = false
        hasParentKey = false
        kept.begin(at: record.range.lowerBound)
        return kept.ranges.count
    }

    /// - Returns: whether any member is kept.
    private mutating func walk(_ record: JSONNode, around: [JSONNode?], in bytes: Span<UInt8>) -> Bool {
        var list = SeparatedList(record)
        var members = JSONMembers(of: record)
        while let member = members.next(in: bytes) {
            memberCount &+= 1
            let range = member.key.lowerBound..<member.value.range.upperBound
            guard let place = layout.field(member.key, in: bytes) else {
                list.keep(range, &kept)
                continue
            }
            if isReplaced(place, by: around) || take(member.value, as: place, in: bytes) {
                list.cut(range, &kept)
            } else {
                list.keep(range, &kept)
                if let rename = layout.fields[place].rename { kept.replace(member.key, by: renames[rename]) }
                if !layout.fields[place].paths.isEmpty {
                    kept.cut(layout.fields[place].paths, of: member.value, in: bytes)
                }
            }
        }
        list.end(&kept)
        return list.hasKept
    }

    /// Adds a member behind the record's last.
    private mutating func add(_ member: Range<Int>, to record: JSONNode, isFirst: Bool) {
        let end = record.range.upperBound - 1
        kept.end(at: end)
        kept.append((isFirst ? member.lowerBound + 1 : member.lowerBound)..<member.upperBound)
        kept.resume(at: end)
        memberCount &+= 1
    }

    /// Notes that an element has a member that it could inherit.
    /// - Returns: whether the one around takes its place.
    private mutating func isReplaced(_ place: Int, by around: [JSONNode?]) -> Bool {
        guard let inherited = layout.fields[place].inherited, let elements = layout.elements else { return false }
        if inherited >= elements.firstReplacing { return around[inherited] != nil }
        own[inherited] = true
        return false
    }

    /// Adds the members that the element takes from the record around it.
    private mutating func take(_ around: [JSONNode?], isFirst: Bool, in bytes: Span<UInt8>) {
        var isFirst = isFirst
        for place in layout.fields.indices {
            guard let inherited = layout.fields[place].inherited, !own[inherited], let value = around[inherited] else {
                continue
            }
            guard !take(value, as: place, in: bytes) else { continue }
            // The comma before the name stays away from the first member.
            let name = names[inherited]
            kept.append((isFirst ? name.lowerBound + 1 : name.lowerBound)..<name.upperBound)
            isFirst = false
            memberCount &+= 1
            if checksLimits, !isDeepInherited { isDeepInherited = !isWithinLimits(value, in: bytes) }
            kept.resume(at: value.range.lowerBound)
            if !layout.fields[place].paths.isEmpty { kept.cut(layout.fields[place].paths, of: value, in: bytes) }
            kept.end(at: value.range.upperBound)
        }
    }

    /// Notes what a field is for; of fields of one name the first counts.
    /// - Returns: whether it is cut out.
    private mutating func take(_ value: JSONNode, as place: Int, in bytes: Span<UInt8>) -> Bool {
        if let part = layout.fields[place].key, key[part] == nil { key[part] = value }
        if layout.fields[place].isReplicationKey, replicationKey == nil {
            switch value.kind {
            case .number: replicationKey = value.range
            case .string where JSON.isPlain(value.range, in: bytes):
                replicationKey = (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
            default: break
            }
        }
        if let stream = layout.fields[place].derived, derived[stream] == nil { derived[stream] = value }
        if layout.fields[place].isFilter, filter == nil { filter = value }
        if layout.fields[place].isParentKey { hasParentKey = true }
        return layout.fields[place].paths.isCut
    }

    private mutating func append(_ record: JSONNode, index: Int, first: Int, in bytes: Span<UInt8>) {
        let recordKey = keyText(in: bytes)
        records.append(
            DecodedRecord(
                index: index,
                key: recordKey,
                ranges: first..<kept.ranges.count,
                length: kept.length,
                replicationKey: replicationKey,
                rejection: rejection(of: record, hasKey: recordKey != nil, in: bytes)
            )
        )
    }

    private func keyText(in bytes: Span<UInt8>) -> String? {
        // Most keys are one number, which needs no encoding.
        if key.count == 1, let node = key[0], node.kind == .number, bytes[node.range.lowerBound] != UInt8(ascii: "-"),
            JSON.integer(node.range, in: bytes) != nil
        {
            return Self.keyPart(node, in: bytes)
        }
        var parts: [String] = []
        for node in key {
            guard let node, let part = Self.keyPart(node, in: bytes) else { return nil }
            parts.append(part)
        }
        return parts.isEmpty ? nil : MessageKey.recordKey(parts)
    }

    /// The text of a value that can be part of a key: a number as written, or a string that is not empty.
    static func keyPart(_ node: JSONNode, in bytes: Span<UInt8>) -> String? {
        switch node.kind {
        case .string: node.range.count > 2 ? JSON.text(of: node.range, in: bytes) : nil
        case .number: bytes.extracting(node.range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        default: nil
        }
    }

    private func rejection(of record: JSONNode, hasKey: Bool, in bytes: Span<UInt8>) -> String? {
        guard record.kind == .object else { return "the record is not a JSON object" }
        guard hasKey || layout.key.isEmpty else {
            return "the record has no usable key (\(layout.key.joined(separator: ", ")))"
        }
        guard kept.length <= PageDecoder.maxRecordBytes else { return Self.tooLong }
        guard memberCount <= PageDecoder.recordLimits.members else { return Self.tooWide }
        guard checksLimits else { return nil }
        guard !isDeepInherited else { return Self.tooDeep }
        do {
            _ = try JSON.validate(bytes.extracting(record.range), limits: PageDecoder.recordLimits)
            return nil
        } catch .tooManyMembers {
            return Self.tooWide
        } catch {
            return Self.tooDeep
        }
    }

    // Not made for each record: most need none. No number of the record's own stands in them, so that they can be
    // grouped by.
    private static let tooLong = "the record has more than \(PageDecoder.maxRecordBytes) bytes"
    private static let tooDeep = "the record is nested more than \(PageDecoder.recordLimits.depth) levels deep"
    private static let tooWide = "an object of the record has more than \(PageDecoder.recordLimits.members) members"

    /// Whether a value is within the limits as a member of a record.
    private func isWithinLimits(_ value: JSONNode, in bytes: Span<UInt8>) -> Bool {
        let limits = JSONLimits(depth: PageDecoder.recordLimits.depth - 1, members: PageDecoder.recordLimits.members)
        // Valid already: only a limit can be the fault.
        return (try? JSON.validate(bytes.extracting(value.range), limits: limits)) != nil
    }

    /// Whether a string (the range includes its quotes) has this text.
    static func equals(_ string: Range<Int>, _ text: [UInt8], in bytes: Span<UInt8>) -> Bool {
        guard JSON.isPlain(string, in: bytes) else { return JSON.text(of: string, in: bytes).utf8.elementsEqual(text) }
        guard string.count - 2 == text.count else { return false }
        for index in text.indices where bytes[string.lowerBound + 1 + index] != text[index] { return false }
        return true
    }
}
