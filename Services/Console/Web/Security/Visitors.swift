import Hummingbird
import Model

/// Who is behind a request: the session of its cookie, the bearer of a token, or on loopback without tokens whoever comes.
struct Visitors: Sendable {
    struct Visit: Sendable {
        /// Nil: nobody has signed in.
        var session: Session?
        /// To be set with the answer.
        var newCookie: Cookie?
    }

    private let tokens: [AccessToken]
    private let seal = SessionSeal()
    private let ended = EndedSessions()
    /// Wrong tokens by caller; who has none left is not heard, with the right one neither.
    private let mistakes = RequestRate(capacity: 10, perSecond: 0.1)

    init(tokens: [AccessToken]) {
        self.tokens = tokens
    }

    /// Without tokens there is nothing to sign in with.
    var asksForToken: Bool { !tokens.isEmpty }

    /// - Throws: ``Refusal/tooMany`` for a bearer after too many wrong tokens.
    func visit(_ request: Request, from caller: String, now: Timestamp) throws(Refusal) -> Visit {
        if let value = request.cookies[Gate.cookieName]?.value, let session = seal.session(cookie: value, now: now),
            !ended.contains(session)
        {
            return Visit(session: session)
        }
        if let role = try bearer(request, caller, now) { return Visit(session: seal.session(role: role, now: now)) }
        guard tokens.isEmpty else { return Visit() }
        let session = seal.session(role: .operator, now: now)
        return Visit(session: session, newCookie: cookie(session, of: request))
    }

    /// - Returns: the cookie of a new session; nil for a wrong token.
    /// - Throws: ``Refusal/tooMany`` after too many wrong ones.
    func signIn(
        token: String,
        request: Request,
        from caller: String,
        now: Timestamp
    ) throws(Refusal) -> Cookie? {
        guard let role = try role(of: token, caller, now) else { return nil }
        return cookie(seal.session(role: role, now: now), of: request)
    }

    /// - Returns: a cookie that takes the place of the session's.
    func signOut(_ session: Session, now: Timestamp) -> Cookie {
        ended.end(session, now: now)
        return Cookie(name: Gate.cookieName, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .strict)
    }

    private func bearer(
        _ request: Request,
        _ caller: String,
        _ now: Timestamp
    ) throws(Refusal) -> ConsoleRole? {
        let scheme = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(scheme) else { return nil }
        return try role(of: String(header.dropFirst(scheme.count)), caller, now)
    }

    private func role(of token: String, _ caller: String, _ now: Timestamp) throws(Refusal) -> ConsoleRole? {
        guard mistakes.hasLeft(caller, at: now) else { throw .tooMany }
        if let role = AccessToken.role(of: token, among: tokens) { return role }
        _ = mistakes.admits(caller, at: now)
        return nil
    }

    private func cookie(_ session: Session, of request: Request) -> Cookie {
        Cookie(
            name: Gate.cookieName,
            value: seal.cookie(session),
            path: "/",
            // Behind a proxy that ends TLS the browser's own side is encrypted.
            secure: request.isSecure,
            httpOnly: true,
            sameSite: .strict
        )
    }
}

extension Request {
    /// Whether the browser's side is encrypted, as a proxy says it. A caller who lies about it keeps only its own cookie
    /// from coming back.
    var isSecure: Bool {
        HTTPFields.Element.Name("X-Forwarded-Proto").flatMap { headers[$0] }?.lowercased() == "https"
    }
}
