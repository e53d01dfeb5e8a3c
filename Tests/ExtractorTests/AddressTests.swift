import Extractor
import Model
import Testing

@Suite("Hosts")
struct AddressTests {
    private static let endpoints: [String?] = [nil, "http://127.0.0.1:9999", "https://[::1]:9999"]

    @Test(
        "a target that would lead to another host is not sent",
        arguments: [
            "", "evil.com/", ".evil.com/api/v2/users.json", "@evil.com/", ":80@evil.com/", ":8080/api", "//evil.com/",
            "/\\evil.com", "\\evil.com", "#@evil.com", "?@evil.com", "/api/v2/x#y", "/api/v2/@evil.com",
            "/api/v2/users.json\r\nHost: evil.com", "/api/v2/users.json\n", "/api v2", "/api\u{0}", "/\u{200b}api",
            "/ＡＣＭＥ", "169.254.169.254/x#", "localhost:80#", "https://evil.com/", "/<script>",
        ],
        endpoints
    )
    func refused(target: String, endpoint: String?) throws {
        let address = try ZendeskAddress(try definition(endpoint))
        #expect(throws: ExtractorError.unexpected("a request that would not go to \(address.host) is not sent")) {
            try address.assertedURL(target)
        }
    }

    @Test(
        "the targets of our own requests are sent to the account's host",
        arguments: [
            "/api/v2/groups.json?page%5Bsize%5D=100", "/oauth/tokens",
            "/api/v2/incremental/tickets/cursor.json?cursor=MTc2%2Fab%3D%3D&include=metric_sets",
        ]
    )
    func sent(target: String) throws {
        for (endpoint, origin) in [
            (nil, "https://acme.zendesk.com"), ("http://127.0.0.1:9999/", "http://127.0.0.1:9999"),
        ] {
            let url = try ZendeskAddress(try definition(endpoint)).assertedURL(target)
            #expect(url == origin + target)
        }
    }

    @Test("only a loopback server may stand in, and counts as one")
    func loopback() throws {
        for endpoint in Self.endpoints {
            let address = try ZendeskAddress(try definition(endpoint))
            #expect(address.isLoopback == (endpoint != nil))
        }
        for endpoint in [
            "https://acme.zendesk.com", "http://evil.com", "http://127.0.0.1@evil.com", "http://169.254.169.254",
        ] {
            let definition = try definition(endpoint)
            #expect(throws: ExtractorError.self) { try ZendeskAddress(definition) }
        }
    }

    private func definition(_ endpoint: String?) throws -> ConnectionDefinition {
        var definition = try connection()
        definition.endpoint = endpoint
        return definition
    }
}
