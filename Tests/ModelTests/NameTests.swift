import Foundation
import Model
import Testing

@Suite("Names")
struct NameTests {
    @Test(
        "a site prefix names one label below zendesk.com",
        arguments: ["acme", " ACME ", "a1", "acme-eu", "0x", "a-b", String(repeating: "a", count: 63)]
    )
    func sitePrefix(text: String) {
        #expect(SitePrefix(rawValue: text)?.host.hasSuffix(".zendesk.com") == true)
    }

    @Test(
        "what could name another host is no site prefix",
        arguments: [
            "", "a", "evil.com/", "evil.com#", "evil.com?", "a@evil.com", "acme.zendesk.com",
            "acme.zendesk.com.evil.com",
            "169.254.169.254/x#", "acme%2eevil", "ＡＣＭＥ", "xn--80ak6aa92e", "acme\n", "acme\r\nHost: evil",
            String(repeating: "a", count: 64), "-acme", "acme-", "localhost:80#", "[::1]", "ac\u{200b}me", "ac me",
            "ab--cd",
            "https://acme.zendesk.com", "K\u{212a}",
        ]
    )
    func refusedPrefix(text: String) {
        #expect(SitePrefix(rawValue: text) == nil)
    }

    @Test("a pasted address is refused with the prefix that it seems to mean")
    func suggestion() {
        #expect(SitePrefix.suggestion(for: "https://Acme.zendesk.com/agent")?.rawValue == "acme")
        #expect(SitePrefix.suggestion(for: "acme.zendesk.com")?.rawValue == "acme")
        #expect(SitePrefix.suggestion(for: "acme.zendesk.com.evil.com") == nil)
        #expect(SitePrefix.suggestion(for: "https://evil.com/acme.zendesk.com") == nil)
    }

    @Test(
        "a schema's name comes from the connection's as with Stitch",
        arguments: [
            ("Stitch Zendesk", "stitch_zendesk"), ("Zendesk (EU) v1.2", "zendesk_eu_v12"), ("a-b c", "a_b_c"),
            ("_x", "_x"),
        ]
    )
    func schemaName(name: String, schema: String) {
        #expect(SchemaName(fromName: name)?.rawValue == schema)
    }

    @Test(
        "names that no schema may have are refused",
        arguments: ["", "1x", "pg_x", "information_schema", "a\"b", "Äpfel", "a/b", String(repeating: "a", count: 50)]
    )
    func refusedSchema(name: String) {
        #expect(SchemaName(rawValue: name) == nil)
    }

    @Test("ids are lower-case letters, digits and dashes", arguments: ["acme", "a-1", "0"])
    func identifiers(text: String) throws {
        #expect(TenantID(rawValue: text)?.rawValue == text)
        let data = try JSONEncoder().encode(["id": text])
        #expect(try JSONDecoder().decode([String: TenantID].self, from: data)["id"]?.rawValue == text)
    }

    @Test(
        "other ids are refused, in JSON too",
        arguments: ["", "A", "a b", "a/b", "ä", String(repeating: "a", count: 41)]
    )
    func refusedIdentifiers(text: String) throws {
        #expect(TenantID(rawValue: text) == nil)
        let data = try JSONEncoder().encode(["id": text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([String: ConnectionID].self, from: data) }
    }

    @Test("runs sort by their start")
    func runs() {
        let earlier = RunID(at: Timestamp(milliseconds: 1_763_632_800_000), randomness: (.max, .max))
        let later = RunID(at: Timestamp(milliseconds: 1_763_632_800_001), randomness: (0, 0))
        #expect(earlier.rawValue < later.rawValue)
        #expect(earlier.rawValue.count == 26)
        #expect(
            RunID(at: Timestamp(milliseconds: 1_469_918_176_385), randomness: (0, 0)).rawValue.hasPrefix("01ARYZ6S41")
        )
    }
}
