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

    func finish(_ target: String) async throws {
        do {
            try await keep(target)
        } catch {
            await connections.close()
            throw error
        }
        await connections.close()
    }

    private func keep(_ target: String) async throws {
        let code: Secret
        switch request.landing(target) {
        case .code(let given): code = given
        case .refused(let reason): throw LoginError.refused(host: login.host, reason: reason)
        case .foreign: throw LoginError.foreignAddress
        }
        let generation = try await store.formerGeneration(of: connection) + 1
        let pair = try await login.pair(code: code, of: request, generation: generation)
        let producer = try await transport.producer(.idempotent)
        do {
            try await producer.publish([try store.message(pair, for: connection)])
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }
}
