import ConsoleWeb
import Testing

@Suite("ConsoleRole")
struct ConsoleRoleTests {
    @Test("roles are written in one word")
    func words() {
        #expect(ConsoleRole.allCases.map(\.rawValue) == ["viewer", "operator"])
    }
}
