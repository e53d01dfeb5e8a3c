import Console
import Model
import Testing

@Suite("BoardFact")
struct BoardFactTests {
    @Test("a tombstone is a fact of its own")
    func tombstone() throws {
        let tenant = try #require(TenantID(rawValue: "acme"))
        let connection = try #require(ConnectionID(rawValue: "support"))
        let key = ConnectionKey(tenant: tenant, connection: connection)
        #expect(BoardFact.definition(key, nil) == BoardFact.definition(key, nil))
    }
}
