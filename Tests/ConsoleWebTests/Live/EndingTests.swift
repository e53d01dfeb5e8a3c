import ConsoleWeb
import Model
import TestSupport
import Testing

@Suite("A console that ends", .serialized)
struct EndingTests {
    @Test("connections that come while it ends are closed, and end nothing else", arguments: 0..<6)
    func connecting(round: Int) async throws {
        let server = try await Stage().server()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let connections = try await server.serving {
            listening.yield($0)
        } _: {
            var ports = ports.makeAsyncIterator()
            let port = try #require(await ports.next())
            return try await LocalSocket.connected(40, to: port)
        }
        #expect(try await LocalSocket.areClosed(connections))
    }
}
