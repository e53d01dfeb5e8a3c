import Model
import Testing

@testable import Deskpipe

@Suite("Notes on a run")
struct RunNotesTests {
    @Test("what ended the whole run is said once, on the connection")
    func shared() throws {
        let report = try Self.report { stream in
            stream.status = .failed
            stream.reason = "no login"
            stream.hint = "log in"
        }
        #expect(RunNotes.lines(of: report) == ["deskpipe: acme/support: no login; log in"])
    }

    @Test("what one stream failed of is said on that stream")
    func single() throws {
        let report = try Self.report { stream in
            stream.status = stream.stream == "users" ? .failed : .caughtUp
            if stream.stream == "users" { stream.reason = "refused\u{1b}[2J" }
        }
        #expect(RunNotes.lines(of: report) == [#"deskpipe: acme/support users: refused\u{1b}[2J"#])
    }

    @Test("a run that went well needs no words")
    func silent() throws {
        #expect(RunNotes.lines(of: try Self.report { $0.status = .caughtUp }).isEmpty)
    }

    private static func report(_ change: (inout StreamReport) -> Void) throws -> ExtractionReport {
        let definition = try Settings(yaml: ConfigurationTests.connection, file: "test", environment: [:]).connections
        var streams = ["tickets", "users"].map { StreamReport(stream: $0) }
        for index in streams.indices { change(&streams[index]) }
        return ExtractionReport(
            run: RunID(rawValue: "run"),
            connection: try #require(definition.first).definition,
            trigger: .once,
            startedAt: Timestamp(seconds: 0),
            streams: streams
        )
    }
}
