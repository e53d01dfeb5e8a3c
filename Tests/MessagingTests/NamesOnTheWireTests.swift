import Messaging
import Model
import Testing

@Suite("Names on the wire")
struct NamesOnTheWireTests {
    @Test("topics are named by namespace, source and stream")
    func topics() throws {
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        #expect(namespace.records(.support, "tickets") == "deskpipe.records.zendesk-support.tickets")
        #expect(namespace.bookmarks == "deskpipe.bookmarks")
        #expect(namespace.extractionReports == "deskpipe.reports.extraction")
        #expect(namespace.loadingReports == "deskpipe.reports.loading")
        #expect(namespace.extractionLogs == "deskpipe.logs.extraction")
        #expect(namespace.rejected == "deskpipe.rejected")
        let parsed = try #require(namespace.stream(ofRecordTopic: "deskpipe.records.zendesk-chat.agents"))
        #expect(parsed.source == .chat && parsed.stream == "agents")
        #expect(namespace.stream(ofRecordTopic: "other.records.zendesk-chat.agents") == nil)
        #expect(namespace.stream(ofRecordTopic: "deskpipe.bookmarks") == nil)
        #expect(Namespace(rawValue: "a.b") == nil)
    }

    @Test("record topics take 8 MiB and are kept a week")
    func records() throws {
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        let topic = namespace.recordTopic(.support, "tickets")
        #expect(topic.maxMessageBytes == 8 << 20 && topic.retention == .days(7) && topic.cleanup == .delete)
    }

    @Test("parts of a key are percent-encoded")
    func keys() throws {
        let connection = ConnectionKey(
            tenant: try #require(TenantID(rawValue: "acme")),
            connection: try #require(ConnectionID(rawValue: "support"))
        )
        #expect(MessageKey.recordKey(["a/b,c", "ü"]) == "a%2Fb%2Cc,%C3%BC")
        #expect(MessageKey.record(connection, "35436") == "acme/support/35436")
        #expect(MessageKey.bookmark(connection, "tickets") == "acme/support/tickets")
        #expect(MessageKey.state(connection) == "acme/support/@state")
        #expect(MessageKey.connection(of: "acme/support/a%2Fb") == connection)
        #expect(MessageKey.connection(of: "acme/support") == connection)
        #expect(MessageKey.connection(of: "ACME/support/1") == nil)
        #expect(MessageKey.connection(of: "acme") == nil)
    }
}
