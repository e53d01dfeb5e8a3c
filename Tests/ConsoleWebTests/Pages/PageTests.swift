import Console
import ConsoleWeb
import Foundation
import Hummingbird
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports

/// The pages and the API over what the topics say.
@Suite("Pages")
struct PageTests {
    /// Two connections: one that has run and loaded, one that fails.
    private static func stage() async throws -> (stage: Stage, run: ExtractionReport) {
        let stage = try await Stage()
        let acme = try Sample.definition()
        let globex = try Sample.definition("globex", "support", name: "Globex", schema: "globex")
        let run = Sample.run(of: acme, at: Stage.noon - .seconds(600))
        for definition in [acme, globex] {
            try await stage.publish(stage.namespace.connections, definition.key, definition)
        }
        try await stage.publish(stage.namespace.extractionReports, acme.key, run)
        try await stage.publish(
            stage.namespace.loadingReports,
            acme.key,
            Sample.load(of: acme, at: Stage.noon - .seconds(300))
        )
        let failed = Sample.run(of: globex, at: Stage.noon - .seconds(900), .failed, reason: "login refused")
        try await stage.publish(stage.namespace.extractionReports, globex.key, failed)
        try await stage.feed.readOn()
        return (stage, run)
    }

    @Test("before the topics are read a page says so, and afterwards shows them")
    func stillReading() async throws {
        let stage = try await Stage()
        try await stage.server().visited { guest in
            let early = try await guest.get("/")
            #expect(early.status == 503 && early.words.contains("Still reading"))
            let again = #"<meta http-equiv="refresh" content="2">"#
            #expect(early.text.contains(again), "nobody has to load it again")
            #expect(try await !guest.get("/nowhere").text.contains(again))
            #expect(try await guest.get("/api/v1/connections").status == 503)
            try await stage.feed.readOn()
            let empty = try await guest.get("/")
            #expect(empty.status == 200 && empty.words.contains("No connection yet"))
        }
    }

    @Test("the overview has failing connections first, and can be narrowed to a tenant")
    func fleet() async throws {
        let (stage, _) = try await Self.stage()
        try await stage.server().visited { guest in
            let words = try await guest.get("/").words
            let (globex, acme) = (
                try #require(words.range(of: "Globex")), try #require(words.range(of: "Acme Zendesk"))
            )
            #expect(
                globex.lowerBound < acme.lowerBound && words.contains("1 failing") && words.contains("login refused")
            )
            let one = try await guest.get("/?tenant=acme").words
            #expect(one.contains("Acme Zendesk") && !one.contains("Globex"))
            #expect(try await guest.get("/?tenant=none").words.contains("This tenant has no connection"))
        }
    }

    @Test(
        "each page of a connection shows its facts, and says where else they are",
        arguments: [
            ("", ["Last extraction", "3 records in 1 min", "Run now", "tickets", "Caught up"], "deskpipe status"),
            ("/extractions", ["Duration of each run", "Succeeded", "on schedule"], "deskpipe reports runs"),
            (
                "/loads", ["updated_at: 2026-11-20T11:00:00Z", "1 sub-table", "tickets__tags: 6 in 24 hours"],
                "deskpipe reports tables"
            ),
            ("/loads/tickets", ["1 load, 3 rows loaded, 6 rows in sub-tables", "Success"], "deskpipe reports"),
            ("/rejected", ["Nothing was rejected"], "deskpipe rejects reported"),
            ("/schema", ["create table tickets"], "deskpipe reports"),
            ("/settings", ["Fixed", "Credentials"], "deskpipe streams"),
        ]
    )
    func connection(path: String, facts: [String], terminal: String) async throws {
        let (stage, _) = try await Self.stage()
        try await stage.server().visited { guest in
            let answer = try await guest.get("/c/acme/support\(path)")
            for fact in facts { #expect(answer.words.contains(fact), "\(path) lacks \(fact)") }
            #expect(answer.text.contains("<code>\(terminal)"), "\(path)")
            let link = try #require(answer.text.firstMatch(of: #/href="(\/api\/v1\/[^"]+)"/#)?.output.1)
            let json = try await guest.get(String(link))
            #expect(json.status == 200 && json.headers[.contentType]?.hasPrefix("application/json") == true, "\(link)")
            #expect(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) is [String: Any], "\(link)")
        }
    }

    @Test("every page has one heading of the first level, labels for its fields, and one current place")
    func structure() async throws {
        let (stage, run) = try await Self.stage()
        try await stage.server().visited { guest in
            for path in [
                "/", "/usage", "/alerts", "/setup", "/setup/zendesk-support", "/setup/zendesk-chat", "/c/acme/support",
                "/c/acme/support/extractions", "/c/acme/support/loads", "/c/acme/support/settings",
                "/c/acme/support/runs/\(run.run)",
            ] {
                let text = try await guest.get(path).text
                #expect(text.matches(of: #/<h1>/#).count == 1 && text.contains(#"<html lang="en">"#), "\(path)")
                #expect(text.contains(##"<a class="skip" href="#main">"##), "\(path)")
                let ids = text.matches(of: #/\sid="([^"]+)"/#).map { String($0.output.1) }
                #expect(Set(ids).count == ids.count, "\(path) has an id twice")
                let labelled = Set(text.matches(of: #/<label[^>]* for="([^"]+)"/#).map { String($0.output.1) })
                for field in text.matches(of: #/<(?:input|select|textarea) [^>]*>/#).map({ String($0.output) }) {
                    guard !field.contains(#"type="hidden""#) else { continue }
                    let id = try #require(field.firstMatch(of: #/\sid="([^"]+)"/#)?.output.1, "\(field)")
                    #expect(labelled.contains(String(id)), "\(path): \(id) has no label")
                }
                #expect(!text.contains("{{") && !text.contains("Optional("), "\(path)")
            }
        }
    }

    @Test("a running run shows how far it is, and what it waits for")
    func running() async throws {
        let (stage, _) = try await Self.stage()
        let definition = try Sample.definition()
        var run = Sample.run(of: definition, at: Stage.noon - .seconds(5), .running, records: 70)
        run.waiting = ReportedWait(until: Stage.noon + .seconds(30), reason: "Zendesk's rate limit")
        try await stage.publish(stage.namespace.progress, definition.key, run)
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            let answer = try await guest.get("/c/acme/support")
            #expect(answer.words.contains("Run in progress") && answer.words.contains("Stop the run"))
            #expect(answer.words.contains("Zendesk&#39;s rate limit, until"))
            #expect(answer.text.contains("50% done") && answer.words.contains("120 records a minute"))
            // A bar for the run, and one for each of its streams, also for those that have not begun.
            let bars = answer.text.matches(of: #/<title[^>]*>(The run in progress|tickets|users)</#)
            #expect(bars.map { String($0.output.1) } == ["The run in progress", "tickets", "users"])
        }
    }

    @Test(
        "buttons ask for what they say, and say once what was asked",
        arguments: [
            ("run", Command.Kind.run), ("stop", .stop), ("pause", .pause), ("resume", .resume), ("check", .check),
        ]
    )
    func commands(word: String, kind: Command.Kind) async throws {
        let (stage, _) = try await Self.stage()
        try await stage.server().visited { guest in
            let answer = try await guest.post("/c/acme/support/commands", [("command", word)])
            let location = try #require(answer.headers[.location])
            #expect(answer.status == 303 && location == "/c/acme/support")
            let isTold = { (answer: Guest.Answer) in answer.text.contains(#"<div class="notice good" role="status""#) }
            let live = try #require(HTTPFields.Element.Name("X-Live"))
            #expect(try await !isTold(guest.get(location, [live: "1"])), "a page that is open does not use it up")
            let other = Guest(guest)
            #expect(try await !isTold(other.get(location)), "it is for who asked")
            #expect(try await isTold(guest.get(location)))
            #expect(try await !isTold(guest.get(location)), "not when it is loaded again")
        }
        let command = try #require(try await stage.commands().first)
        #expect(command.type == kind && command.by == "console" && command.issuedAt == Stage.noon)
    }

    @Test("a reset is asked for on purpose, of a stream that there is")
    func reset() async throws {
        let (stage, _) = try await Self.stage()
        try await stage.server().visited { (guest) async throws in
            let path = "/c/acme/support/commands"
            #expect(try await guest.post(path, [("command", "reset")]).status == 409)
            let unknown = [("command", "reset"), ("sure", "yes"), ("stream", "cats")]
            #expect(try await guest.post(path, unknown).status == 409)
            let right = [("command", "reset"), ("sure", "yes"), ("stream", "users"), ("from", "2026-01-31")]
            #expect(try await guest.post(path, right).status == 303)
            #expect(try await guest.post("/c/nobody/support/commands", [("command", "run")]).status == 404)
        }
        let commands = try await stage.commands()
        #expect(commands.map(\.type) == [.reset] && commands.first?.stream == "users")
        #expect(commands.first?.from == Timestamp(parsing: "2026-01-31"))
    }

    @Test("a run's log is shown, searched, narrowed by level and taken away as a file")
    func log() async throws {
        let (stage, run) = try await Self.stage()
        let definition = try Sample.definition()
        for (level, message) in [(LogLine.Level.info, "run began"), (.warning, "throttled"), (.error, "Page failed")] {
            let line = Sample.line(of: definition, run.run, level, message, facts: ["records": "7"])
            try await stage.publish(stage.namespace.extractionLogs, definition.key, line)
        }
        let other = RunID(at: Stage.noon, randomness: (9, 9))
        let stranger = Sample.line(of: definition, other, .error, "another run")
        try await stage.publish(stage.namespace.extractionLogs, definition.key, stranger)
        try await stage.server().visited { guest in
            let path = "/c/acme/support/runs/\(run.run)"
            let all = try await guest.get(path)
            #expect(all.words.contains("run began records=7") && all.words.contains("Page failed"))
            #expect(!all.words.contains("another run") && all.text.contains(#"<li class="warning">"#))
            let errors = try await guest.get("\(path)?level=warning&search=PAGE")
            #expect(!errors.words.contains("throttled") && errors.text.contains("<mark>Page</mark> failed"))
            #expect(try await guest.get("\(path)?search=nothing").words.contains("No line is like that"))
            let file = try await guest.get("\(path)/log.txt")
            #expect(file.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            #expect(
                file.text.split(separator: "\n").count == 3
                    && file.text.contains("WARNING tickets: throttled records=7")
            )
            let lines = try await guest.get("\(path)/log.jsonl").text.split(separator: "\n")
            #expect(
                try lines.map { try JSONDecoder().decode(LogLine.self, from: Data($0.utf8)).level } == [
                    .info, .warning, .error,
                ]
            )
        }
    }

    @Test("an open log gets its lines, until the run ends")
    func live() async throws {
        let (stage, _) = try await Self.stage()
        let definition = try Sample.definition()
        let run = Sample.run(of: definition, at: Stage.noon - .seconds(5), .running)
        try await stage.publish(stage.namespace.progress, definition.key, run)
        try await stage.feed.readOn()
        let server = try stage.server()
        try await server.visited { guest in
            let line = Sample.line(of: definition, run.run, .info, "page <published>")
            async let _ = stage.keepTicking()
            async let followed = Guest(guest).get("/c/acme/support/runs/\(run.run)/follow?after=0")
            try await stage.publish(stage.namespace.extractionLogs, definition.key, line)
            let end = Sample.run(of: definition, at: Stage.noon - .seconds(5))
            try await stage.publish(stage.namespace.extractionReports, definition.key, end)
            try await stage.feed.readOn()
            let text = try await followed.text
            #expect(text.contains("event: lines\ndata: \"") && text.contains("page &lt;published&gt;"))
            #expect(text.contains("event: end\n"))
        }
    }
}
