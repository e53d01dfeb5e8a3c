import Console
import ConsoleWeb
import Foundation
import Hummingbird
import Messaging
import Model
import Testing
import Transports

/// Names, messages and records that try to be something else on a page.
@Suite("Hostile text")
struct HostileTextTests {
    static let hostile =
        #""><script>alert(1)</script><img src=x onerror=alert(2)>' {{formToken}} & \u{202e}x"#
        .replacing(#"\u{202e}"#, with: "\u{202e}")
        // To Swift a character of its own, to a browser the end of an attribute.
        + " \"\u{301} onmouseover=alert(3) '\u{301} <\u{301}"

    @Test("whatever stands in names, reasons, errors, logs and records is only text on every page")
    func everywhere() async throws {
        let stage = try await Stage()
        let definition = try Sample.definition(name: Self.hostile)
        let run = Sample.run(of: definition, at: Stage.noon - .seconds(600), .failed, reason: Self.hostile)
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.publish(stage.namespace.extractionReports, definition.key, run)
        var load = Sample.load(of: definition, at: Stage.noon - .seconds(300), error: Self.hostile)
        load.schemaChanges = [Self.hostile]
        load.maxBookmark = .init(column: Self.hostile, value: Self.hostile)
        try await stage.publish(stage.namespace.loadingReports, definition.key, load)
        try await stage.publish(
            stage.namespace.extractionLogs,
            definition.key,
            Sample.line(of: definition, run.run, .error, Self.hostile, facts: [Self.hostile: Self.hostile])
        )
        try await stage.publish(
            stage.namespace.rejected,
            definition.key,
            Rejected(reason: Self.hostile, record: Self.hostile)
        )
        try await stage.feed.readOn()
        let partition = Partitioner.partition(of: definition.tenant, partitions: stage.transport.partitions)
        try await stage.server().visited { guest in
            for path in [
                "/", "/alerts", "/usage", "/c/acme/support", "/c/acme/support/extractions", "/c/acme/support/loads",
                "/c/acme/support/loads/tickets", "/c/acme/support/rejected", "/c/acme/support/rejected/\(partition)/0",
                "/c/acme/support/schema", "/c/acme/support/settings", "/c/acme/support/runs/\(run.run)",
                "/c/acme/support/runs/\(run.run)?search=%3Cscript%3E",
            ] {
                let answer = try await guest.get(path)
                #expect(answer.status == 200, "\(path)")
                #expect(!answer.text.contains("<script>alert") && !answer.text.contains("<img src=x"), "\(path)")
                #expect(!answer.text.contains("\u{202e}"), "\(path)")
                let scalars = Array(answer.text.unicodeScalars)
                let marks = scalars.indices.dropFirst().filter { scalars[$0] == "\u{301}" }
                #expect(marks.allSatisfy { scalars[$0 - 1] == ";" }, "\(path): a quote is not escaped")
                if path.contains("/c/") { #expect(answer.text.contains("&lt;script&gt;"), "\(path)") }
            }
        }
    }

    @Test("a search is echoed as text, and a message in an address is not shown at all")
    func reflected() async throws {
        let stage = try await Stage()
        let definition = try Sample.definition()
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            let search = try await guest.get("/c/acme/support/runs/X?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(search.status == 200 && !search.text.contains("<script>alert"))
            let notice = try await guest.get("/c/acme/support?asked=%3Cb%3Eclick+here%3C/b%3E&saved=evil")
            #expect(!notice.text.contains("click") && !notice.text.contains("evil"))
            let missing = try await guest.get("/%3Cscript%3Ealert(1)%3C/script%3E")
            #expect(missing.status == 404 && !missing.text.contains("alert(1)"))
        }
    }

    @Test("every answer has the headers that keep other sites out, and no page a script or style inside")
    func headers() async throws {
        let stage = try await Stage()
        let definition = try Sample.definition()
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            for path in [
                "/", "/nope", "/api/v1/connections", "/api/v1/nope", "/assets/style.css", "/assets/console.js",
                "/setup",
                "/setup/zendesk-chat", "/c/acme/support", "/c/acme/support/settings", "/oauth/callback?code=1",
            ] {
                let answer = try await guest.get(path)
                let policy = try #require(answer.headers[.contentSecurityPolicy])
                #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"), "\(path)")
                #expect(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "\(path)")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff", "\(path)")
                guard answer.headers[.contentType]?.hasPrefix("text/html") == true else { continue }
                #expect(answer.headers[.cacheControl] == "no-store", "\(path)")
                for inside in [#/<script(?![^>]*\ssrc="\/assets\/)/#, #/<style/#, #/\sstyle=/#, #/\son[a-z]+=/#] {
                    #expect(answer.text.firstMatch(of: inside) == nil, "\(path)")
                }
                #expect(
                    answer.text.firstMatch(of: #/(src|href)="(https?:)?\/\//#) == nil,
                    "\(path) loads from elsewhere"
                )
            }
        }
    }

    /// A message of the topic of rejected records, as loaders write it.
    private struct Rejected: Encodable {
        var id = "r1"
        var tenant = "acme"
        var connection = "support"
        var table = "tickets"
        var reason: String
        var record: String
        var rejected_at = "2026-11-20T11:00:00.000Z"
        var topic = "deskpipe.records.zendesk-support.tickets"
        var partition = 0
        var offset = 7
    }
}
