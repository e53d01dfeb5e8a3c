import Extractor
import Messaging
import Model
import ServiceRuntime
import Synchronization

/// One login, from the printed address to the published pair.
struct LoginSession: Sendable {
    let login: OAuthLogin
    let connection: ConnectionKey
    let store: CredentialStore
    let topic: String
    let port: Int
    let limit: Duration
    let clock: any WallClock

    /// - Parameter transport: open already, so that nobody is sent to a browser in vain.
    func run(paste: Bool, transport: any Transport) async throws {
        let generation = try await store.formerGeneration(of: connection) + 1
        let request = login.request(redirectURI: "http://127.0.0.1:\(port)/callback")
        let code = try await within(limit) { paste ? try await pasted(request) : try await redirected(request) }
        let pair = try await login.pair(code: code, of: request, generation: generation)
        try await transport.publish([try store.message(pair, for: connection)])
        var lines = ["Success! \(connection) is logged in; its tokens are sealed in the topic \(topic)."]
        if pair.expiresAt != nil, pair.refreshToken != nil { lines.append("Each run renews them when they are due.") }
        lines.append("Next: deskpipe check, then deskpipe run")
        Terminal.print(lines)
    }

    private func redirected(_ request: LoginRequest) async throws -> Secret {
        let arrived = Mutex<Result<Secret, LoginError>?>(nil)
        let host = login.host
        try await RedirectListener(port: port).run {
            Terminal.print([
                "Open this address as an admin of \(host), and allow access:", "", request.url, "",
                "Waiting for the browser to come back to \(request.redirectURI)",
                "(elsewhere than on this machine? --paste takes the address that it lands on)",
            ])
            Browser.open(request.url)
        } answer: { target in
            switch request.landing(target) {
            case .code(let code):
                arrived.withLock { $0 = .success(code) }
                return .init(status: 200, text: "Deskpipe has what it needs. You can close this page.", isLast: true)
            case .refused(let reason):
                arrived.withLock { $0 = .failure(.refused(host: host, reason: reason)) }
                return .init(status: 200, text: "Access was not given. You can close this page.", isLast: true)
            case .foreign where target.prefix(while: { $0 != "?" }) == "/callback":
                return .init(status: 400, text: "This is not the answer to the login that is under way.")
            case .foreign:
                return .notFound
            }
        }
        guard let result = arrived.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private func pasted(_ request: LoginRequest) async throws -> Secret {
        Terminal.print([
            "Send this address to an admin of \(login.host), who opens it and allows access:", "", request.url, "",
            "The browser then lands on a page that does not load. Paste that page's address here within two minutes",
            "(it begins with \(request.redirectURI)):",
        ])
        guard let line = try await StandardInput.line(), !line.isEmpty else { throw LoginError.nothingPasted }
        return try request.code(from: line, host: login.host)
    }

    private func within<Result: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask { [clock] in
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let result = first else { throw LoginError.tooLate(limit) }
            return result
        }
    }
}
