import Catalog
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
        "a cursor or a key that Zendesk gave stays within its place, whatever it holds",
        arguments: [
            "\r\nX-Evil: 1", "&start_time=0#", "../../../oauth/tokens", "..", "?a=b", "@evil.com/", "%0d%0a", "a b",
            "é\u{0}\u{202e}", "//evil.com", "\\evil.com", "{id}", "\u{301}/", "😀",
        ]
    )
    func given(text: String) throws {
        let list = Request(path: "tickets/{id}/audits.json", dialect: .cursorList, envelope: .list("a"), pageSize: 1)
        let request = PageRequest(
            path: list.path(for: text),
            query: [.init("page[after]", text), .init("include", "b")],
            bucket: .account
        )
        let target = request.target
        #expect(try ZendeskAddress(try definition(nil)).assertedURL(target) == "https://acme.zendesk.com" + target)
        let parts = target.split(separator: "?", omittingEmptySubsequences: false)
        #expect(parts.count == 2 && parts[0].hasPrefix("/api/v2/tickets/") && parts[0].hasSuffix("/audits.json"))
        #expect(parts[0].split(separator: "/").count == 5 && parts[1].split(separator: "&").count == 2)
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~@%/?&=".unicodeScalars)
        #expect(target.unicodeScalars.allSatisfy(plain.contains))
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
