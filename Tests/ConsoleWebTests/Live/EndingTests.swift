import ConsoleWeb
import Foundation
import Model
import TestSupport
import Testing

@Suite("A console that ends")
struct EndingTests {
    @Test("connections that come while it ends are closed, and end nothing else", arguments: 0..<20)
    func connecting(round: Int) async throws {
        let server = try await Stage().server()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let connections = try await server.serving {
            listening.yield($0)
        } _: {
            var ports = ports.makeAsyncIterator()
            let port = try #require(await ports.next())
            return try (0..<40).map { _ in try LocalSocket().connected(to: UInt16(port)) }
        }
        for connection in connections {
            #expect(LocalSocket.read(connection) == nil)
            close(connection)
        }
    }
}
