import JSONScan
import Model

/// Decodes the events of a topic one after another.
///
/// Hot path: what an event has in common with the one before it is recognised by its bytes and not made again, so that
/// an event costs no allocation but its subject's, where that is long.
package struct EventDecoder: Sendable {
    /// The attributes that are read; the places of their texts in ``found``.
    private enum Attribute: Int, CaseIterable {
        // What the events of a read have in common comes first.
        case specversion, type, tenant, connection, stream, run
        case time, subject, sequence, tableversion

        var name: StaticString {
            switch self {
            case .specversion: "specversion"
            case .type: "type"
            case .tenant: "tenant"
            case .connection: "connection"
            case .stream: "stream"
            case .run: "run"
            case .time: "time"
            case .subject: "subject"
            case .sequence: "sequence"
            case .tableversion: "tableversion"
            }
        }

        /// How many of them ``EventCommon`` is made of.
        static let commonCount = 6
    }

    /// Of the value being decoded.
    private var outline = JSONOutline()
    /// By attribute, where its string stands with its quotes; empty where there is none.
    private var found = [Range<Int>](repeating: 0..<0, count: Attribute.allCases.count)
    /// By place among the members, the attribute that stood there last; nil for a member that is not read.
    private var expected: [Attribute?] = []

    private var common: EventCommon?
    /// The strings that ``common`` and ``time`` were made of, as they were written.
    private var commonTexts = [[UInt8]](repeating: [], count: Attribute.commonCount)
    private var time = Timestamp(microseconds: 0)
    private var timeText: [UInt8] = []

    package init() {}

    /// Decodes a delivery's value and validates all of it.
    /// - Complexity: one pass over its bytes.
    package mutating func decode(_ value: Bytes) throws(EventError) -> RecordEvent {
        guard !value.isEmpty else { throw .empty }
        let bytes = value.span
        let root: JSONNode
        do {
            root = try JSON.validate(bytes, limits: JSONLimits(depth: 65), outline: &outline)
        } catch {
            throw .invalidJSON(error)
        }
        guard root.kind == .object else { throw .attribute(Attribute.specversion.name.description) }
        let data = findAttributes(in: bytes)
        let envelope = try envelope(in: bytes)
        guard let data else { throw .attribute("data") }
        let start = value.startIndex
        return RecordEvent(
            envelope: envelope,
            data: value[(start + data.lowerBound)..<(start + data.upperBound)],
            elements: outline.elements
        )
    }

    /// Finds the attributes that are strings; of several with one name the last counts.
    /// - Returns: where the data stands.
    private mutating func findAttributes(in bytes: Span<UInt8>) -> Range<Int>? {
        for place in found.indices { found[place] = 0..<0 }
        var data: Range<Int>?
        for (place, member) in outline.members.enumerated() {
            if JSON.equals(member.key, "data", in: bytes) {
                data = member.value.range
            } else if member.value.kind == .string, let attribute = attribute(member.key, at: place, in: bytes) {
                found[attribute.rawValue] = member.value.range
            }
        }
        return data
    }

    private mutating func attribute(_ key: Range<Int>, at place: Int, in bytes: Span<UInt8>) -> Attribute? {
        if place < expected.count, let attribute = expected[place], JSON.equals(key, attribute.name, in: bytes) {
            return attribute
        }
        let attribute = Attribute.allCases.first { JSON.equals(key, $0.name, in: bytes) }
        while expected.count <= place, place < 2 * Attribute.allCases.count { expected.append(nil) }
        if place < expected.count { expected[place] = attribute }
        return attribute
    }

    private mutating func envelope(in bytes: Span<UInt8>) throws(EventError) -> EventEnvelope {
        let common = try common(in: bytes)
        let subject = found[Attribute.subject.rawValue].isEmpty ? nil : text(.subject, in: bytes)
        let time = try time(in: bytes)
        let sequence = try integer(.sequence, in: bytes)
        guard sequence >= 0 else { throw .attribute("sequence") }
        let isVersioned = !found[Attribute.tableversion.rawValue].isEmpty
        let tableVersion = isVersioned ? try integer(.tableversion, in: bytes) : nil
        if common.type == .upsert && subject == nil { throw .attribute("subject") }
        return EventEnvelope(
            common,
            subject: subject,
            time: time,
            sequence: sequence,
            tableVersion: tableVersion
        )
    }

    /// What the event shares with others, made anew where a byte of it differs.
    private mutating func common(in bytes: Span<UInt8>) throws(EventError) -> EventCommon {
        if let common {
            var place = 0
            while place < commonTexts.count, Self.holds(found[place], commonTexts[place], in: bytes) { place += 1 }
            if place == commonTexts.count { return common }
        }
        common = nil
        guard try attribute(.specversion, in: bytes) == "1.0" else { throw .attribute("specversion") }
        let name = try attribute(.type, in: bytes)
        guard let type = EventType(rawValue: name) else {
            if name.hasPrefix("deskpipe.") { throw .unknownType(name) }
            throw .attribute("type")
        }
        guard let tenant = TenantID(rawValue: try attribute(.tenant, in: bytes)) else { throw .attribute("tenant") }
        guard let connection = ConnectionID(rawValue: try attribute(.connection, in: bytes)) else {
            throw .attribute("connection")
        }
        let made = EventCommon(
            type: type,
            connection: ConnectionKey(tenant: tenant, connection: connection),
            stream: StreamName(rawValue: try attribute(.stream, in: bytes)),
            run: RunID(rawValue: try attribute(.run, in: bytes))
        )
        for place in commonTexts.indices { commonTexts[place] = Self.copy(found[place], of: bytes) }
        common = made
        return made
    }

    private mutating func time(in bytes: Span<UInt8>) throws(EventError) -> Timestamp {
        let range = found[Attribute.time.rawValue]
        if !timeText.isEmpty, Self.holds(range, timeText, in: bytes) { return time }
        guard let read = Timestamp(parsing: try attribute(.time, in: bytes)) else { throw .attribute("time") }
        timeText = Self.copy(range, of: bytes)
        time = read
        return read
    }

    private func integer(_ attribute: Attribute, in bytes: Span<UInt8>) throws(EventError) -> Int64 {
        let range = found[attribute.rawValue]
        if range.count > 2, let value = JSON.integer((range.lowerBound + 1)..<(range.upperBound - 1), in: bytes) {
            return value
        }
        guard let value = Int64(try self.attribute(attribute, in: bytes)) else {
            throw .attribute(attribute.name.description)
        }
        return value
    }

    private func attribute(_ attribute: Attribute, in bytes: Span<UInt8>) throws(EventError) -> String {
        guard !found[attribute.rawValue].isEmpty else { throw .attribute(attribute.name.description) }
        return text(attribute, in: bytes)
    }

    private func text(_ attribute: Attribute, in bytes: Span<UInt8>) -> String {
        JSON.text(of: found[attribute.rawValue], in: bytes)
    }

    private static func holds(_ range: Range<Int>, _ text: [UInt8], in bytes: Span<UInt8>) -> Bool {
        range.count == text.count && JSON.areEqual(range, in: bytes, 0, in: text.span)
    }

    private static func copy(_ range: Range<Int>, of bytes: Span<UInt8>) -> [UInt8] {
        range.map { bytes[$0] }
    }
}
