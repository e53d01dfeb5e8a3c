package import Hummingbird
package import HummingbirdCore

/// Runs an application until its task is cancelled, and leaves no connection behind.
/// - Parameters:
///   - configuration: of the connections.
///   - application: made with the server that it is given.
/// - Throws: what the application throws.
package func serve(
    _ configuration: HTTP1Channel.Configuration = .init(),
    _ application: (HTTPServerBuilder) throws -> some ApplicationProtocol
) async throws {
    let unserved = UnservedConnections()
    let builder = HTTPServerBuilder { responder in
        KnownConnection(base: HTTP1Channel(responder: responder, configuration: configuration), unserved: unserved)
    }
    do {
        try await application(builder).run()
    } catch {
        await unserved.close()
        throw error
    }
    await unserved.close()
}
