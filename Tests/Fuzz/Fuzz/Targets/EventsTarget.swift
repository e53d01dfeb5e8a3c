import Foundation
import Loader
import Messaging
import Model

/// The event decoder: lines are messages of one topic. A decoder that has seen others gives what a fresh one gives, an
/// event that is written again is read as it was, and no event comes near a connection that its key does not name.
func fuzzEvents(_ bytes: [UInt8]) {
    var decoder = EventDecoder()
    var routing = EventRouting(namespace: Known.namespace)
    for line in bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false) {
        let fresh = Result { () throws(EventError) in try RecordEvent(decoding: line) }
        let next = Result { () throws(EventError) in try decoder.decode(line) }
        switch (fresh, next) {
        case (.success(let event), .success(let again)):
            check(isSame(event, again), "a decoder that has seen others reads something else")
            isWrittenAgain(event)
        case (.failure(let error), .failure(let again)):
            check(error == again, "a decoder that has seen others fails otherwise")
            check(!error.reason.isEmpty, "an error without words")
        default: found("a decoder that has seen others decides otherwise")
        }
        isRouted(line, &routing)
    }
}

private func isSame(_ event: RecordEvent, _ other: RecordEvent) -> Bool {
    event.envelope == other.envelope && event.data == other.data && event.elements == other.elements
}

/// What the encoder makes of an event is the same event; its time has milliseconds then.
private func isWrittenAgain(_ event: RecordEvent) {
    let envelope = event.envelope
    check(envelope.sequence >= 0, "a negative sequence")
    check(envelope.type != .upsert || envelope.subject != nil, "a record without a key")
    var written: [UInt8] = []
    EventEncoder(envelope).append(subject: envelope.subject, sequence: envelope.sequence, to: &written) {
        $0 += event.data
    }
    var expected = envelope
    expected.time = Timestamp(milliseconds: envelope.time.milliseconds)
    do {
        let again = try RecordEvent(decoding: written[...])
        check(again.envelope == expected, "written again, the attributes differ")
        check(again.data.elementsEqual(event.data), "written again, the data differs")
        // Attributes that nobody knows are not written again, and their elements counted.
        check(again.elements <= event.elements, "written again, it has more elements")
    } catch { found("written again, it is no event: \(error.reason)") }
}

private func isRouted(_ line: ArraySlice<UInt8>, _ routing: inout EventRouting) {
    let delivery = Delivery(
        topic: Known.namespace.records(.support, "tickets"),
        partition: 0,
        offset: 0,
        timestamp: Timestamp(seconds: 0),
        key: Array("acme/support/1".utf8)[...],
        value: line
    )
    switch routing.route(delivery, among: Known.connections) {
    case .event(let connection, let event):
        check(connection == Known.definition.key, "it goes to another connection than its key names")
        check(event.stream == "tickets", "it goes to another stream than its topic's")
        if let envelope = event.envelope {
            check(envelope.connection == connection, "its body names another connection")
            check(envelope.stream == "tickets", "its body names another stream")
        }
    case .foreign(let reason): check(!reason.isEmpty, "an event is refused without a reason")
    case .unknownType(let type): check(type.hasPrefix("deskpipe."), "a foreign type stops the loader")
    case .unknownConnection, .deleted: found("the key names the one connection that there is")
    }
}

/// The one connection that there is.
private enum Known {
    static let namespace = made(Namespace(rawValue: "deskpipe"))
    static let definition = ConnectionDefinition(
        tenant: made(TenantID(rawValue: "acme")),
        id: made(ConnectionID(rawValue: "support")),
        name: "zendesk",
        schema: made(SchemaName(rawValue: "zendesk")),
        source: .support,
        subdomain: made(SitePrefix(rawValue: "acme")),
        auth: .oauthToken(token: .environment("TOKEN")),
        startDate: Timestamp(seconds: 0)
    )
    static let connections = ConnectionRegistry([definition])

    private static func made<Value>(_ value: Value?) -> Value {
        guard let value else { fatalError("a fixed value is refused") }
        return value
    }
}
