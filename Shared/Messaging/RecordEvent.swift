package import JSONScan
import Model

/// An event of a record topic as it was received: its attributes decoded, its data still bytes.
package struct RecordEvent: Sendable {
    package var envelope: EventEnvelope
    /// The data's JSON, validated, sharing the delivery's storage.
    package var data: Bytes

    package init(envelope: EventEnvelope, data: Bytes) {
        self.envelope = envelope
        self.data = data
    }
}

/// Why a delivery of a record topic is no event that can be loaded.
package enum EventError: Error, Hashable, Sendable {
    /// No value: record topics have no tombstones.
    case empty
    case invalidJSON(JSONError)
    /// An attribute is missing or malformed.
    case attribute(String)
    /// A `deskpipe.*` type that this version does not know: the loader stops before it.
    case unknownType(String)

    package var reason: String {
        switch self {
        case .empty: "the message has no value"
        case .invalidJSON(let error): "the message is not valid JSON: \(error)"
        case .attribute(let name): "the event's attribute `\(name)` is missing or malformed"
        case .unknownType(let type): "the event type \(type) is not known to this version: upgrade the loader first"
        }
    }
}

extension RecordEvent {
    /// Decodes a delivery's value and validates all of it.
    /// - Complexity: one pass to validate, one over the attributes.
    package init(decoding value: Bytes) throws(EventError) {
        guard !value.isEmpty else { throw .empty }
        let bytes = value.span
        let root: JSONNode
        do {
            root = try JSON.validate(bytes, limits: JSONLimits(depth: 65))
        } catch {
            throw .invalidJSON(error)
        }
        guard root.kind == .object else { throw .attribute("specversion") }
        var text: [String: String] = [:]
        var data: Range<Int>?
        var members = JSONMembers(of: root)
        while let member = members.next(in: bytes) {
            let name = JSON.text(of: member.key, in: bytes)
            if name == "data" {
                data = member.value.range
            } else if member.value.kind == .string {
                text[name] = JSON.text(of: member.value.range, in: bytes)
            }
        }
        envelope = try EventEnvelope(attributes: text)
        guard let data else { throw .attribute("data") }
        self.data = value[(value.startIndex + data.lowerBound)..<(value.startIndex + data.upperBound)]
    }
}

extension EventEnvelope {
    init(attributes: [String: String]) throws(EventError) {
        func attribute(_ name: String) throws(EventError) -> String {
            guard let value = attributes[name] else { throw .attribute(name) }
            return value
        }
        func attribute<Value>(_ name: String, _ parse: (String) -> Value?) throws(EventError) -> Value {
            guard let value = parse(try attribute(name)) else { throw .attribute(name) }
            return value
        }
        guard try attribute("specversion") == "1.0" else { throw .attribute("specversion") }
        let name = try attribute("type")
        guard let type = EventType(rawValue: name) else {
            if name.hasPrefix("deskpipe.") { throw .unknownType(name) }
            throw .attribute("type")
        }
        self.init(
            type: type,
            connection: ConnectionKey(
                tenant: try attribute("tenant", TenantID.init(rawValue:)),
                connection: try attribute("connection", ConnectionID.init(rawValue:))
            ),
            stream: StreamName(rawValue: try attribute("stream")),
            subject: attributes["subject"],
            time: try attribute("time") { Timestamp(parsing: $0) },
            sequence: try attribute("sequence") { Int64($0).flatMap { $0 >= 0 ? $0 : nil } },
            tableVersion: attributes["tableversion"] == nil ? nil : try attribute("tableversion") { Int64($0) },
            run: RunID(rawValue: try attribute("run"))
        )
        if type == .upsert && subject == nil { throw .attribute("subject") }
    }
}
