import ConsoleWeb
import Extractor
import Foundation
import Messaging
import Model

/// An admin's way to Zendesk and back to the console.
struct BrowserSignIn: SignIn {
    let login: OAuthLogin
    let request: LoginRequest
    let connection: ConnectionKey
    let store: CredentialStore
    let transport: any Transport
    let connections: HTTPConnections

    var url: String { request.url }

    var state: String {
        URLComponents(string: request.url)?.queryItems?.first { $0.name == "state" }?.value ?? ""
    }

    func finish(_ target: String, granted: @Sendable () throws -> Void) async throws {
        do {
            try await keep(target, granted)
        } catch {
            await connections.close()
            throw error
        }
        await connections.close()
    }

    private func keep(_ target: String, _ granted: @Sendable () throws -> Void) async throws {
        let code = try request.code(from: target, host: login.host)
        let generation = try await store.formerGeneration(of: connection) + 1
        let pair = try await login.pair(code: code, of: request, generation: generation)
        try granted()
        try await transport.publish([try store.message(pair, for: connection)])
    }
}
