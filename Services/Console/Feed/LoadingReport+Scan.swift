import JSONScan
import Messaging
import Model

/// Reading loading reports as loaders write them: a console begins with two months of them, millions on a large cluster.
extension LoadingReport {
    /// The report of a message, in a fraction of the time that decoding takes, and nothing that decoding would not give.
    /// - Returns: nil for what is not written in the usual way; it may be a report all the same.
    init?(scanning value: Bytes) {
        guard let report = Self.scanned(value.span) else { return nil }
        self = report
    }

    private static func scanned(_ bytes: Span<UInt8>) -> LoadingReport? {
        guard let root = try? JSON.validate(bytes), root.kind == .object else { return nil }
        var members = OrderedMembers(of: root)
        // In the order in which they are written.
        guard let batch = members.take("batch", in: bytes).flatMap({ BatchRange(scanned: $0, in: bytes) }),
            let size = members.integer("bytes", in: bytes),
            let completedAt = members.time("completed_at", in: bytes),
            let connection = members.text("connection", in: bytes).flatMap(ConnectionID.init(rawValue:)),
            let duration = members.integer("duration_ms", in: bytes)
        else { return nil }
        guard let error = members.optional("error", in: bytes, text), let events = members.integer("events", in: bytes),
            let isGap = members.optional("gap", in: bytes, flag), let id = members.text("id", in: bytes),
            let lag = members.optional("lag_ms", in: bytes, integer),
            let maxBookmark = members.optional("max_bookmark", in: bytes, { MaxBookmark(scanned: $0, in: $1) }),
            let maxExtractedAt = members.optional("max_extracted_at", in: bytes, time),
            let maxSequence = members.optional("max_sequence", in: bytes, integer),
            let nulsRemoved = members.optional("nuls_removed", in: bytes, integer),
            let isReplay = members.optional("replay", in: bytes, flag)
        else { return nil }
        guard let deleted = members.integer("rows_deleted", in: bytes),
            let inserted = members.integer("rows_inserted", in: bytes),
            let loaded = members.integer("rows_loaded", in: bytes),
            let rejected = members.integer("rows_rejected", in: bytes),
            let superseded = members.integer("rows_superseded", in: bytes),
            let unchanged = members.integer("rows_unchanged", in: bytes),
            let updated = members.integer("rows_updated", in: bytes),
            let schema = members.text("schema", in: bytes).flatMap(SchemaName.init(rawValue:)),
            let changes = members.take("schema_changes", in: bytes).flatMap({ list($0, in: bytes, text) }),
            let source = members.text("source", in: bytes).flatMap(Source.init(rawValue:)),
            let startedAt = members.time("started_at", in: bytes)
        else { return nil }
        guard let status = members.text("status", in: bytes).flatMap(Status.init(rawValue:)),
            let stream = members.text("stream", in: bytes),
            let subtables = members.take("subtables", in: bytes)
                .flatMap({ list($0, in: bytes) { Subtable(scanned: $0, in: $1) } }),
            let surrogates = members.optional("surrogates_replaced", in: bytes, integer),
            let table = members.text("table", in: bytes),
            let tableVersion = members.optional("table_version", in: bytes, integer),
            let tenant = members.text("tenant", in: bytes).flatMap(TenantID.init(rawValue:)),
            let version = members.integer("version", in: bytes), members.areSorted(in: bytes)
        else { return nil }
        var report = LoadingReport(
            id: id,
            key: ConnectionKey(tenant: tenant, connection: connection),
            source: source,
            stream: StreamName(rawValue: stream),
            schema: schema,
            table: table,
            status: status,
            startedAt: startedAt,
            completedAt: completedAt,
            batch: batch
        )
        report.version = Int(version)
        report.durationMilliseconds = duration
        report.events = Int(events)
        report.rowsLoaded = Int(loaded)
        report.rowsInserted = Int(inserted)
        report.rowsUpdated = Int(updated)
        report.rowsUnchanged = Int(unchanged)
        report.rowsSuperseded = Int(superseded)
        report.rowsDeleted = Int(deleted)
        report.rowsRejected = Int(rejected)
        report.subtables = subtables
        report.bytes = Int(size)
        report.maxBookmark = maxBookmark
        report.maxExtractedAt = maxExtractedAt
        report.lagMilliseconds = lag
        report.tableVersion = tableVersion
        report.maxSequence = maxSequence
        report.schemaChanges = changes
        report.nulsRemoved = nulsRemoved.map { Int($0) }
        report.surrogatesReplaced = surrogates.map { Int($0) }
        report.error = error
        report.isGap = isGap
        report.isReplay = isReplay
        return report
    }

    fileprivate static func text(_ node: JSONNode, _ bytes: Span<UInt8>) -> String? {
        guard node.kind == .string else { return nil }
        if JSON.isPlain(node.range, in: bytes) { return JSON.text(of: node.range, in: bytes) }
        var buffer: [UInt8] = []
        // What would have to be repaired is left to the decoder to judge.
        guard JSON.appendText(of: node.range, in: bytes, to: &buffer).isNone else { return nil }
        return String(decoding: buffer, as: UTF8.self)
    }

    fileprivate static func integer(_ node: JSONNode, _ bytes: Span<UInt8>) -> Int64? {
        node.kind == .number ? JSON.integer(node.range, in: bytes) : nil
    }

    fileprivate static func time(_ node: JSONNode, _ bytes: Span<UInt8>) -> Timestamp? {
        guard node.kind == .string, JSON.isPlain(node.range, in: bytes) else { return nil }
        return Timestamp(parsing: bytes.extracting((node.range.lowerBound + 1)..<(node.range.upperBound - 1)))
    }

    fileprivate static func flag(_ node: JSONNode, _ bytes: Span<UInt8>) -> Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    private static func list<Element>(
        _ node: JSONNode,
        in bytes: Span<UInt8>,
        _ element: (JSONNode, Span<UInt8>) -> Element?
    ) -> [Element]? {
        guard node.kind == .array else { return nil }
        var elements = JSONElements(of: node)
        var list: [Element] = []
        while let next = elements.next(in: bytes) {
            guard let value = element(next, bytes) else { return nil }
            list.append(value)
        }
        return list
    }
}

extension LoadingReport.BatchRange {
    fileprivate init?(scanned node: JSONNode, in bytes: Span<UInt8>) {
        var members = OrderedMembers(of: node)
        guard let first = members.integer("first_offset", in: bytes),
            let last = members.integer("last_offset", in: bytes),
            let partition = members.integer("partition", in: bytes).flatMap({ Int32(exactly: $0) }),
            let topic = members.text("topic", in: bytes), members.areSorted(in: bytes)
        else { return nil }
        self.init(topic: topic, partition: partition, firstOffset: first, lastOffset: last)
    }
}

extension LoadingReport.MaxBookmark {
    fileprivate init?(scanned node: JSONNode, in bytes: Span<UInt8>) {
        var members = OrderedMembers(of: node)
        guard let column = members.text("column", in: bytes), let value = members.text("value", in: bytes),
            members.areSorted(in: bytes)
        else { return nil }
        self.init(column: column, value: value)
    }
}

extension LoadingReport.Subtable {
    fileprivate init?(scanned node: JSONNode, in bytes: Span<UInt8>) {
        var members = OrderedMembers(of: node)
        guard let rows = members.integer("rows_loaded", in: bytes), let table = members.text("table", in: bytes),
            members.areSorted(in: bytes)
        else { return nil }
        self.init(table: table, rowsLoaded: Int(rows))
    }
}

/// The members of an object whose keys are sorted, as ours are, by asking for one after another. Keys that are not asked
/// for, such as a newer version's, are passed over.
private struct OrderedMembers {
    private var members: JSONMembers
    /// Read, and not asked for yet.
    private var next: JSONMember?
    /// The key that was read last.
    private var last: Range<Int>?
    private var isSorted = true

    init(of object: JSONNode) {
        members = JSONMembers(of: object)
    }

    /// Whether the keys are sorted to the end, and none is there twice: then what was missing is missing.
    mutating func areSorted(in bytes: Span<UInt8>) -> Bool {
        while read(in: bytes) != nil {}
        return isSorted
    }

    private mutating func read(in bytes: Span<UInt8>) -> JSONMember? {
        guard let member = members.next(in: bytes) else { return nil }
        if let last, !Self.sorts(last, before: member.key, in: bytes) { isSorted = false }
        last = member.key
        return member
    }

    /// The value of a key that sorts after those that were asked for; nil where it is missing.
    mutating func take(_ key: StaticString, in bytes: Span<UInt8>) -> JSONNode? {
        while let member = next ?? read(in: bytes) {
            next = nil
            switch Self.compare(member.key, key, in: bytes) {
            case 0: return member.value
            case ..<0: continue
            default:
                next = member
                return nil
            }
        }
        return nil
    }

    mutating func text(_ key: StaticString, in bytes: Span<UInt8>) -> String? {
        take(key, in: bytes).flatMap { LoadingReport.text($0, bytes) }
    }

    mutating func integer(_ key: StaticString, in bytes: Span<UInt8>) -> Int64? {
        take(key, in: bytes).flatMap { LoadingReport.integer($0, bytes) }
    }

    mutating func time(_ key: StaticString, in bytes: Span<UInt8>) -> Timestamp? {
        take(key, in: bytes).flatMap { LoadingReport.time($0, bytes) }
    }

    /// - Returns: `.some(nil)` where the key is missing or null; nil for a value of another kind.
    mutating func optional<Value>(
        _ key: StaticString,
        in bytes: Span<UInt8>,
        _ read: (JSONNode, Span<UInt8>) -> Value?
    ) -> Value?? {
        guard let node = take(key, in: bytes), node.kind != .null else { return .some(nil) }
        return read(node, bytes).map { .some($0) }
    }

    private static func sorts(_ key: Range<Int>, before other: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        // Both end in a quote, which sorts before all that keys have.
        for index in 1..<min(key.count, other.count) {
            let (left, right) = (bytes[key.lowerBound + index], bytes[other.lowerBound + index])
            if left != right { return left < right }
        }
        return false
    }

    /// Below 0 where the text between the quotes sorts before the key. Escapes are compared as they are written: such a
    /// key is none of ours.
    private static func compare(_ written: Range<Int>, _ key: StaticString, in bytes: Span<UInt8>) -> Int {
        let text = (written.lowerBound + 1)..<max(written.lowerBound + 1, written.upperBound - 1)
        let length = key.utf8CodeUnitCount
        for index in 0..<min(text.count, length) {
            // The key's storage is static, and the index below its count.
            let difference = Int(bytes[text.lowerBound + index]) - Int(key.utf8Start[index])
            if difference != 0 { return difference }
        }
        return text.count - length
    }
}

extension Delivery {
    /// The loading report that the message is: scanned, or where it is written otherwise than ours are, decoded.
    var loadingReport: LoadingReport? { value.flatMap(LoadingReport.init(scanning:)) ?? decoded() }
}
