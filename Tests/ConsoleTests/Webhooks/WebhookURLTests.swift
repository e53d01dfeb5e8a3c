import Console
import Testing

@Suite("WebhookURL")
struct WebhookURLTests {
    @Test(
        "only a plain https URL is taken",
        arguments: [
            "http://example.com/", "ftp://example.com/", "example.com/x", "https://", "https:///path", "",
            "https://user@example.com/", "https://user:password@example.com/", "https://example.com/#part",
            "https://example.com\\@10.0.0.1/", "https://exa mple.com/", "https://example.com/\r\nHost: x",
            "file:///etc",
            "https://exam%70le.com/", "javascript:alert(1)",
        ]
    )
    func refused(text: String) {
        #expect(throws: WebhookError.self) { try WebhookURL(parsing: text) }
    }

    @Test("its text for people has neither path nor query, which may be secret")
    func description() throws {
        let url = try WebhookURL(parsing: "https://Hooks.Example.com/services/T0/S3CRET?key=S3CRET")
        #expect(url.description == "hooks.example.com:443")
        #expect(url.path == "/services/T0/S3CRET?key=S3CRET")
        #expect(!WebhookError.refused(url, status: 500).message.contains("S3CRET"))
    }

    @Test("http is taken where private addresses are allowed")
    func plain() throws {
        let url = try WebhookURL(parsing: "http://127.0.0.1:9000", allowsPrivate: true)
        #expect(!url.isSecure)
        #expect(url.port == 9000)
        #expect(url.path == "/")
    }
}
