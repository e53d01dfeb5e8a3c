import JSONScan
import Messaging

/// Walks the records of one stream of a page, one after another.
struct RecordScanner {
    private let layout: RecordLayout
    private let checksLimits: Bool
    private(set) var records: [DecodedRecord] = []
    private(set) var kept = KeptRanges()
    /// The values of the last record that are records of other streams, by their place.
    private(set) var derived: [(index: Int, node: JSONNode)] = []
    /// The values of the last record's key fields.
    private var key: [JSONNode?]
    private var replicationKey: Range<Int>?

    init(_ layout: RecordLayout, checksLimits: Bool) {
        self.layout = layout
        self.checksLimits = checksLimits
        key = layout.key.map { _ in nil }
    }

    mutating func scan(_ record: JSONNode, index: Int, in bytes: Span<UInt8>) {
        for place in key.indices { key[place] = nil }
        replicationKey = nil
        derived.removeAll(keepingCapacity: true)
        let first = kept.ranges.count
        kept.begin(at: record.range.lowerBound)
        if record.kind == .object { walk(record, in: bytes) }
        kept.end(at: record.range.upperBound)
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

    private mutating func walk(_ record: JSONNode, in bytes: Span<UInt8>) {
        var list = SeparatedList(record)
        var members = JSONMembers(of: record)
        while let member = members.next(in: bytes) {
            let range = member.key.lowerBound..<member.value.range.upperBound
            guard let place = layout.field(member.key, in: bytes) else {
                list.keep(range, &kept)
                continue
            }
            let isCut = take(member.value, as: place, in: bytes)
            if isCut {
                list.cut(range, &kept)
            } else {
                list.keep(range, &kept)
                if !layout.fields[place].paths.isEmpty {
                    kept.cut(layout.fields[place].paths, of: member.value, in: bytes)
                }
            }
        }
        list.end(&kept)
    }

    /// Notes what a field is for.
    /// - Returns: whether it is cut out.
    private mutating func take(_ value: JSONNode, as place: Int, in bytes: Span<UInt8>) -> Bool {
        let field = layout.fields[place]
        if let part = field.key, key[part] == nil { key[part] = value }
        if field.isReplicationKey, replicationKey == nil {
            switch value.kind {
            case .number: replicationKey = value.range
            case .string where JSON.isPlain(value.range, in: bytes):
                replicationKey = (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
            default: break
            }
        }
        if let stream = field.derived { derived.append((stream, value)) }
        return field.paths.isCut
    }

    private func keyText(in bytes: Span<UInt8>) -> String? {
        var parts: [String] = []
        for node in key {
            switch node?.kind {
            case .string:
                guard let range = node?.range, range.count > 2 else { return nil }
                parts.append(JSON.text(of: range, in: bytes))
            case .number:
                guard let range = node?.range else { return nil }
                parts.append(bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
            default: return nil
            }
        }
        return parts.isEmpty ? nil : MessageKey.recordKey(parts)
    }

    private func rejection(of record: JSONNode, hasKey: Bool, in bytes: Span<UInt8>) -> String? {
        guard record.kind == .object else { return "the record is not a JSON object" }
        guard hasKey || layout.key.isEmpty else {
            return "the record has no usable key (\(layout.key.joined(separator: ", ")))"
        }
        guard kept.length <= PageDecoder.maxRecordBytes else {
            return "the record has \(kept.length) bytes, more than \(PageDecoder.maxRecordBytes)"
        }
        guard checksLimits else { return nil }
        do {
            _ = try JSON.validate(bytes.extracting(record.range), limits: PageDecoder.recordLimits)
            return nil
        } catch .tooManyMembers {
            return "an object of the record has more than \(PageDecoder.recordLimits.members) members"
        } catch {
            return "the record is nested more than \(PageDecoder.recordLimits.depth) levels deep"
        }
    }
}
