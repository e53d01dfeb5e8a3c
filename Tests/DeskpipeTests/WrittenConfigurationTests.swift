import Console
import Foundation
import Messaging
import Model
import Testing

@testable import Deskpipe

@Suite("Configuration that Deskpipe writes")
struct WrittenConfigurationTests {
    /// Everything that a connection can have, and names that need quotes.
    private static func full() throws -> ConnectionDefinition {
        var definition = try least()
        definition.name = "Größe: \"1\" # \\ 'x'"
        definition.auth = .apiToken(email: "a+b@acme.com", token: .file("/run/secrets/a b"))
        definition.startDate = Timestamp(seconds: 1_732_147_200)
        definition.schedule = Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00"))
        definition.streams = StreamSelection(include: ["ticket*", "users", "tags"], exclude: ["ticket_audits"])
        definition.excludedColumns = ["users": ["phone", "user_fields.my field"], "tickets": ["custom_fields[360]"]]
        definition.rateShare = 0.55
        definition.intervals = ["tickets": 5400]
        definition.schedules = ["users": Schedule(cron: "0 0 3 ? * SUN")]
        definition.audits = .fast
        definition.marketplace = Marketplace(name: "Desk: pipe", organizationID: "1", appID: "2")
        definition.endpoint = "http://127.0.0.1:9999"
        return definition
    }

    private static func least() throws -> ConnectionDefinition {
        let settings = try ConfigurationTests.settings(ConfigurationTests.connection)
        return try #require(settings.connections.first).definition
    }

    @Test("a connection that is written is read again as it was, with comments and without", arguments: [true, false])
    func roundTrip(isCommented: Bool) throws {
        for definition in [try Self.full(), try Self.least()] {
            let text = "connections:\n" + ConnectionYAML(definition, isCommented: isCommented).text
            let settings = try ConfigurationTests.settings(text)
            #expect(settings.connections.map(\.definition) == [definition], "\(text)")
            #expect(settings.connections.map(\.setsStartDate) == [true])
        }
    }

    @Test("a cron expression that stands on several lines is written on one", arguments: [true, false])
    func cron(isCommented: Bool) throws {
        let text = ConfigurationTests.connection + "\n    schedule: { cron: \"0 0\n\n\n     3 * *\\n?\\r\\n\\n\" }\n"
        let read = try #require(ConfigurationTests.settings(text).connections.first).definition
        #expect(read.schedule.cron == "0 0 3 * * ?")
        let written = "connections:\n" + ConnectionYAML(read, isCommented: isCommented).text
        #expect(try ConfigurationTests.settings(written).connections.map(\.definition) == [read], "\(written)")
    }

    @Test("a whole file says what was answered, and no line is wider than a page")
    func file() throws {
        let definition = try Self.least()
        let text = ConfigurationYAML(
            [definition],
            transport: "embedded:./d/log.sqlite",
            destination: "postgresql://loader@db/warehouse",
            credentialKey: .file("./credentials.key")
        ).text
        let settings = try ConfigurationTests.settings(text)
        #expect(settings.transport == "embedded:./d/log.sqlite")
        #expect(settings.destination == "postgresql://loader@db/warehouse")
        #expect(settings.credentialKey == .file("./credentials.key"))
        #expect(settings.connections.map(\.definition) == [definition])
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 140 }, "\(text)")
    }
}
