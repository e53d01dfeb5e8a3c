import Foundation
import JSONScan
package import Messaging
package import Model

/// Decides where a delivery of a record topic belongs. Pure, but for what it remembers of the delivery before.
///
/// What Deskpipe did not write is untrusted: only an event whose key and body agree on one known connection, and on the
/// stream of its topic, comes near that connection's schema.
package struct EventRouting: Sendable {
    private let namespace: Namespace
    private var decoder = EventDecoder()
    /// The topic and partition of the last delivery, and what the topic's name says.
    private var last: (origin: EventOrigin, source: Source)?
    /// The connection that the last key named, and how the key began: `tenant/connection/`.
    private var lastKey: (connection: ConnectionKey, prefix: [UInt8])?

    package init(namespace: Namespace) {
        self.namespace = namespace
    }

    package enum Route: Sendable {
        /// An event of a known connection; one that does not decode is among them.
        case event(ConnectionKey, BatchEvent)
        /// It names a connection that is not known: to be asked again once the definitions were read anew, then foreign.
        case unknownConnection(ConnectionKey)
        /// It goes to no schema, only to `{ns}.rejected`.
        case foreign(reason: String)
        /// Its connection was deleted.
        case deleted(ConnectionKey)
        /// A `deskpipe.*` type that this version does not know: loading stops before it.
        case unknownType(String)
    }

    package mutating func route(_ delivery: Delivery, among connections: ConnectionRegistry) -> Route {
        guard let (origin, source) = origin(of: delivery) else {
            return .foreign(reason: "the topic is no record topic of this namespace")
        }
        guard let key = connection(of: delivery) else {
            return .foreign(reason: "the message's key names no connection")
        }
        guard let definition = connections[key] else { return .unknownConnection(key) }
        guard definition.source == source else {
            return .foreign(reason: "the message's key names a connection of another source than its topic")
        }
        guard definition.deletedAt == nil else { return .deleted(key) }
        do {
            let event = try decoder.decode(delivery.value ?? [])
            guard event.envelope.connection == key else {
                return .foreign(reason: "the message's key and body name different connections")
            }
            guard event.envelope.stream == origin.stream else {
                return .foreign(reason: "the message's body names another stream than its topic")
            }
            return .event(key, BatchEvent(origin, delivery, Self.content(of: event)))
        } catch .unknownType(let type) {
            return .unknownType(type)
        } catch {
            return undecodable(delivery, error.reason, of: key, origin)
        }
    }

    private mutating func origin(of delivery: Delivery) -> (EventOrigin, Source)? {
        if let last, last.origin.partition == delivery.topicPartition { return last }
        guard let (source, stream) = namespace.stream(ofRecordTopic: delivery.topic) else { return nil }
        let origin = EventOrigin(stream: stream, partition: delivery.topicPartition)
        last = (origin, source)
        return (origin, source)
    }

    /// The connection that the delivery's key begins with.
    private mutating func connection(of delivery: Delivery) -> ConnectionKey? {
        guard let key = delivery.key else { return nil }
        if let lastKey, key.starts(with: lastKey.prefix), Self.isASCII(key) { return lastKey.connection }
        guard let connection = delivery.keyText.flatMap(MessageKey.connection(of:)) else { return nil }
        lastKey = (connection, Array(MessageKey.record(connection, "").utf8))
        return connection
    }

    /// A key that is not UTF-8 names nothing; Deskpipe's own are ASCII.
    private static func isASCII(_ key: Bytes) -> Bool {
        key.withUnsafeBufferPointer { bytes in
            var all: UInt8 = 0
            for byte in bytes { all |= byte }
            return all < 0x80
        }
    }

    /// A body that does not decode belongs to the key's connection unless what can be read of it says otherwise.
    private func undecodable(
        _ delivery: Delivery,
        _ reason: String,
        of key: ConnectionKey,
        _ origin: EventOrigin
    ) -> Route {
        let value = delivery.value ?? []
        let bytes = value.span
        if let root = try? JSON.validate(bytes, limits: JSONLimits(depth: 65)) {  // what is no JSON says nothing else
            let claims: [(StaticString, String)] = [
                ("tenant", key.tenant.rawValue), ("connection", key.connection.rawValue),
                ("stream", origin.stream.rawValue),
            ]
            for (name, expected) in claims {
                guard let node = JSON.member(name, of: root, in: bytes), node.kind == .string else { continue }
                if JSON.text(of: node.range, in: bytes) != expected {
                    return .foreign(reason: "the message's key and body do not agree, and \(reason)")
                }
            }
        }
        let content = BatchEvent.Content.undecodable(reason: reason, value: value)
        return .event(key, BatchEvent(origin, delivery, content))
    }

    private static func content(of event: RecordEvent) -> BatchEvent.Content {
        switch event.envelope.type {
        case .upsert:
            return .upsert(event)
        case .rejected:
            return payload(of: event) { .rejected($0, event.envelope) }
        case .schema:
            return payload(of: event) { (schema: StreamSchema) in
                guard schema.stream == event.envelope.stream else { return nil }
                return .schema(schema, event.envelope)
            }
        case .version:
            return payload(of: event) { (version: StreamVersion) in
                guard version.stream == event.envelope.stream else { return nil }
                return .version(version, event.envelope)
            }
        }
    }

    private static func payload<Payload: Decodable>(
        of event: RecordEvent,
        _ content: (Payload) -> BatchEvent.Content?
    ) -> BatchEvent.Content {
        // The decoder's words may quote the data: only the kind of event is told.
        if let payload = try? JSONDecoder().decode(Payload.self, from: Data(event.data)),
            let content = content(payload)
        {
            return content
        }
        let reason = "the data of the \(event.envelope.type.rawValue) event is malformed"
        return .undecodable(reason: reason, value: event.data)
    }
}
