import Foundation
import Model
import Testing

@Suite("Connection definitions")
struct DefinitionTests {
    @Test("survive the wire")
    func roundTrip() throws {
        let definition = try #require(Self.definition)
        let data = try JSONEncoder().encode(definition)
        #expect(try JSONDecoder().decode(ConnectionDefinition.self, from: data) == definition)
    }

    @Test("name secrets by reference only")
    func references() throws {
        let definition = try #require(Self.definition)
        let text = String(decoding: try JSONEncoder().encode(definition), as: UTF8.self)
        #expect(text.contains("env:ACME_ID"))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([SecretReference].self, from: Data(#"["hunter2"]"#.utf8))
        }
    }

    @Test(
        "what would lead requests to another host does not decode, wherever it was kept",
        arguments: [
            "evil.com/", "evil.com#", "a@evil.com", "acme.zendesk.com.evil.com", "169.254.169.254/x#", "acme%2eevil",
            "ＡＣＭＥ", "xn--80ak6aa92e", "acme\r\nHost: evil", "", "-acme", "localhost:80#", "[::1]", "ac\u{200b}me",
        ]
    )
    func hostilePrefix(text: String) throws {
        var object = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.definition)) as? [String: Any]
        )
        object["subdomain"] = text
        let data = try JSONSerialization.data(withJSONObject: object)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ConnectionDefinition.self, from: data) }
    }

    @Test("a secret never shows its value")
    func secret() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)".contains("hunter2"))
    }

    static var definition: ConnectionDefinition? {
        guard let tenant = TenantID(rawValue: "acme"), let id = ConnectionID(rawValue: "support"),
            let schema = SchemaName(rawValue: "zendesk"), let site = SitePrefix(rawValue: "acme")
        else { return nil }
        return ConnectionDefinition(
            tenant: tenant,
            id: id,
            name: "Zendesk",
            schema: schema,
            source: .support,
            subdomain: site,
            auth: .oauthClientCredentials(clientID: .environment("ACME_ID"), clientSecret: .file("/run/secrets/acme")),
            startDate: Timestamp(seconds: 1_732_060_800),
            excludedColumns: ["users": ["phone"]],
            marketplace: Marketplace(name: "n", organizationID: "1", appID: "2")
        )
    }
}
