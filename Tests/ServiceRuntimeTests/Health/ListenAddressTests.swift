import Testing

@testable import ServiceRuntime

@Suite("Health addresses")
struct HealthAddressTests {
    @Test(
        "an address is a host and a port",
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1", 9464), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:9464", "::1", 9464),
            ("localhost:0", "localhost", 0),
        ]
    )
    func good(text: String, host: String, port: Int) throws {
        let address = try #require(HealthAddress(parsing: text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
        #expect(HealthAddress(parsing: address.description) == address)
    }

    @Test(
        "anything else is none",
        arguments: [
            "", "9464", ":9464", "::1:9464", "127.0.0.1", "127.0.0.1:", "a:65536", "a:-1", "http://a:1", "a b:1",
        ]
    )
    func bad(text: String) {
        #expect(HealthAddress(parsing: text) == nil)
    }

    @Test("what listens everywhere is reached through loopback")
    func reachable() {
        #expect(HealthAddress(parsing: "0.0.0.0:1")?.reachable.description == "127.0.0.1:1")
        #expect(HealthAddress(parsing: "[::]:1")?.reachable.description == "[::1]:1")
        #expect(HealthAddress(parsing: "10.0.0.1:1")?.reachable.description == "10.0.0.1:1")
    }
}
