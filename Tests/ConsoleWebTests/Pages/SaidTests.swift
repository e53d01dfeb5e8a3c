import Console
import Messaging
import Model
import Testing

@testable import ConsoleWeb

@Suite("What errors and hints say")
struct SaidTests {
    @Test(
        "what stands between back-quotes is code; a quote alone, or two with nothing between, is shown",
        arguments: [
            ("use `a`, and `b: { c: x }`.", ["use ", "<a>", ", and ", "<b: { c: x }>", "."]),
            ("`a` b", ["<a>", " b"]), ("a `b`", ["a ", "<b>"]), ("no code", ["no code"]), ("", []),
            ("it's a ` alone", ["it's a ", "` alone"]), ("``", ["`", "`"]),
            ("a `b` c ` d", ["a ", "<b>", " c ", "` d"]),
            ("`\(String(repeating: "x", count: 201))`", ["`\(String(repeating: "x", count: 201))", "`"]),
        ]
    )
    func parts(text: String, expected: [String]) {
        #expect(Said(text).parts.map { $0.isCode ? "<\($0.text)>" : $0.text } == expected)
    }

    @Test("a page has it as code, and hostile text between back-quotes stays text")
    func page() async throws {
        let stage = try await Stage()
        let definition = try Sample.definition()
        let reason = "set `schema` beside it; `<script>alert(1)</script>` `</code><img src=x>`"
        let run = Sample.run(of: definition, at: Stage.noon - .seconds(600), .failed, reason: reason)
        try await stage.publish(stage.namespace.connections, definition.key, definition)
        try await stage.publish(stage.namespace.extractionReports, definition.key, run)
        try await stage.feed.readOn()
        try await stage.server().visited { guest in
            for path in ["/", "/alerts", "/c/acme/support", "/c/acme/support/extractions"] {
                let text = try await guest.get(path).text
                #expect(text.contains("set <code>schema</code> beside it"), "\(path)")
                #expect(text.contains("<code>&lt;script&gt;alert(1)&lt;/script&gt;</code>"), "\(path)")
                #expect(text.contains("<code>&lt;/code&gt;&lt;img src=x&gt;</code>"), "\(path)")
            }
        }
    }
}
