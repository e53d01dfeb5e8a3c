import Foundation
import Model
import ServiceRuntime
import Testing

@Suite("Secrets")
struct SecretResolverTests {
    @Test("come from the environment or a file, without the file's line break")
    func values() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data("s3cret\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let resolver = SecretResolver(environment: ["NAME": "value"])
        #expect(try resolver.resolve(.environment("NAME")).value == "value")
        #expect(try resolver.resolve(.file(file.path)).value == "s3cret")
        try Data("replaced".utf8).write(to: file)
        #expect(try resolver.resolve(.file(file.path)).value == "replaced")
    }

    @Test("that were given come before what their references point to")
    func given() throws {
        let secrets = SecretResolver(environment: ["A": "old", "B": "b"], given: [.environment("A"): Secret("new")])
        #expect(try secrets.resolve(.environment("A")).value == "new")
        #expect(try secrets.resolve(.environment("B")).value == "b")
    }

    @Test("that are missing, empty or unusable are named, never shown")
    func refused() {
        let resolver = SecretResolver(environment: ["EMPTY": " ", "SPLIT": "a\r\nX-Header: canary"])
        #expect(throws: SecretError.missing(.environment("NONE"))) { try resolver.resolve(.environment("NONE")) }
        #expect(throws: SecretError.missing(.file("/nowhere/x"))) { try resolver.resolve(.file("/nowhere/x")) }
        #expect(throws: SecretError.empty(.environment("EMPTY"))) { try resolver.resolve(.environment("EMPTY")) }
        #expect(throws: SecretError.unusable(.environment("SPLIT"))) { try resolver.resolve(.environment("SPLIT")) }
        #expect(!SecretError.unusable(.environment("SPLIT")).message.contains("canary"))
    }

    @Test("log lines cannot be forged")
    func logs() {
        #expect("a\nINFO forged \u{1b}[31m\u{202e}".escapedForLogs == #"a\u{a}INFO forged \u{1b}[31m\u{202e}"#)
        #expect(String(repeating: "x", count: 10_000).escapedForLogs.utf8.count < 4200)
    }
}
