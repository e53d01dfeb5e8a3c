import Model
import Testing

@testable import ConsoleWeb

@Suite("HostRule")
struct HostTests {
    @Test(
        "addresses, localhost and known names are answered",
        arguments: [
            "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "localhost", "LOCALHOST:8080", "10.1.2.3",
            "console.example:443",
            "Console.Example",
        ]
    )
    func known(authority: String) {
        #expect(HostRule(["console.example"]).allows(authority))
    }

    @Test(
        "any other name is not, as it may be made to resolve to this machine",
        arguments: [
            nil, "", "evil.example", "localhost.evil.example", "console.example.evil.example", "127.0.0.1.evil.example",
            "127.0.0.1:x", "console.example:99999", "console.example:+443", "+1.2.3.4", "[evil]", "[::1", "1.2.3",
            "127.0.0.1@evil.example", "a b",
        ]
    )
    func unknown(authority: String?) {
        #expect(!HostRule(["console.example"]).allows(authority))
    }

    @Test("a form comes from our own page, scheme apart")
    func origins() {
        #expect(OriginRule.allows(origin: "https://console.example", authority: "console.example"))
        #expect(OriginRule.allows(origin: "http://127.0.0.1:8080", authority: "127.0.0.1:8080"))
        for origin in [nil, "null", "", "ftp://console.example", "https://console.example.evil", "console.example"] {
            #expect(!OriginRule.allows(origin: origin, authority: "console.example"), "\(origin ?? "none")")
        }
    }
}
