import Loader
import Messaging
import Model
import Testing

@Suite("EventRouting")
struct EventRoutingTests {
    /// What became of a delivery, to compare.
    enum Outcome: Hashable {
        case upsert
        case schema
        case version
        case rejected
        case undecodable
        case unknown
        case foreign
        case deleted
        case stop
    }

    private func outcome(_ delivery: Delivery, among definitions: [ConnectionDefinition]) throws -> Outcome {
        var routing = EventRouting(namespace: try Scene().namespace)
        switch routing.route(delivery, among: ConnectionRegistry(definitions)) {
        case .unknownConnection: return .unknown
        case .foreign: return .foreign
        case .deleted: return .deleted
        case .unknownType: return .stop
        case .event(_, let event):
            switch event.content {
            case .upsert: return .upsert
            case .schema: return .schema
            case .version: return .version
            case .rejected: return .rejected
            case .undecodable: return .undecodable
            }
        }
    }

    @Test("each kind of event is told from the others")
    func kinds() throws {
        let scene = try Scene()
        let cases: [(EventType, String, Outcome)] = [
            (.upsert, #"{"id":1}"#, .upsert),
            (.schema, #"{"stream":"tickets","key":["id"],"replication":"incremental","columns":[]}"#, .schema),
            (.schema, #"{"stream":"users","key":["id"],"replication":"incremental","columns":[]}"#, .undecodable),
            (.schema, "[]", .undecodable),
            (.version, #"{"stream":"tickets","tableversion":5}"#, .version),
            (.rejected, #"{"reason":"too large","length":9,"head":"{"}"#, .rejected),
        ]
        for (type, data, expected) in cases {
            let wire = scene.wire(type, "tickets", subject: "1", sequence: 5, data: data)
            let delivery = scene.delivery("tickets", value: String(decoding: wire, as: UTF8.self))
            #expect(try outcome(delivery, among: [scene.definition]) == expected, "\(type) \(data)")
        }
    }

    @Test("only what agrees on one known connection and its topic's stream comes near a schema")
    func agreement() throws {
        let scene = try Scene()
        let other = try Scene(tenant: "other")
        let good = String(
            decoding: scene.wire(.upsert, "tickets", subject: "1", sequence: 5, data: "{}"),
            as: UTF8.self
        )
        let cases: [(String, Delivery, Outcome)] = [
            (
                "the key names another connection", scene.delivery("tickets", key: "other/support/1", value: good),
                .foreign
            ),
            ("the key names nobody", scene.delivery("tickets", key: "1", value: good), .foreign),
            ("the key's connection is not known", scene.delivery("tickets", key: "nobody/x/1", value: good), .unknown),
            ("the body is of another stream", scene.delivery("users", value: good), .foreign),
            (
                "the topic is of another source",
                scene.delivery("tickets", value: good, topic: "deskpipe.records.zendesk-chat.tickets"),
                .foreign
            ),
            ("the body is no JSON", scene.delivery("tickets", value: "{"), .undecodable),
            ("the body is empty", scene.delivery("tickets", value: ""), .undecodable),
            ("the body has no attributes", scene.delivery("tickets", value: "{}"), .undecodable),
            (
                "a body that does not decode claims another tenant",
                scene.delivery("tickets", value: #"{"tenant":"other"}"#),
                .foreign
            ),
            (
                "a version that is not known",
                scene.delivery("tickets", value: good.replacing("upsert.v1", with: "upsert.v2")),
                .stop
            ),
            (
                "a type of somebody else",
                scene.delivery("tickets", value: good.replacing("deskpipe.record", with: "acme.record")),
                .undecodable
            ),
            (
                "nesting beyond bounds", scene.delivery("tickets", value: String(repeating: "[", count: 99)),
                .undecodable
            ),
        ]
        for (name, delivery, expected) in cases {
            #expect(try outcome(delivery, among: [scene.definition, other.definition]) == expected, "\(name)")
        }
    }

    @Test("events of a deleted connection go nowhere")
    func deleted() throws {
        let scene = try Scene()
        var definition = scene.definition
        definition.deletedAt = Scene.receivedAt
        #expect(try outcome(scene.delivery("tickets", value: "{}"), among: [definition]) == .deleted)
    }
}
