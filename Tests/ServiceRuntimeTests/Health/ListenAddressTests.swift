import Testing

@testable import ServiceRuntime

@Suite("Addresses to listen on")
struct ListenAddressTests {
    @Test(
        "an address is a host and a port",
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1", 9464), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9464", "::1", 9464),
            ("localhost:0", "localhost", 0),
        ]
    )
    func good(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(parsing: text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
        #expect(ListenAddress(parsing: address.description) == address)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "9464", ":9464", "::1:9464", "127.0.0.1", "127.0.0.1:", "a:65536", "a:-1", "a:+1", "a:-0", "http://a:1",
            "a b:1", "[mm]]:0", "[[::1]:1",
        ]
    )
    func bad(text: String) {
        #expect(ListenAddress(parsing: text) == nil)
    }

    @Test("what listens everywhere is reached through loopback")
    func reachable() {
        #expect(ListenAddress(parsing: "0.0.0.0:1")?.reachable.description == "127.0.0.1:1")
        #expect(ListenAddress(parsing: "[::]:1")?.reachable.description == "[::1]:1")
        #expect(ListenAddress(parsing: "10.0.0.1:1")?.reachable.description == "10.0.0.1:1")
    }
}
