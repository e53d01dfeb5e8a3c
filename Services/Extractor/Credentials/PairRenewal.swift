import Failpoints
import Foundation
import Model
import ServiceRuntime

/// The pair of an `oauth_refresh` connection, refreshed when it is due.
///
/// Zendesk kills the old pair when it answers with the new one. So a refresh goes: say in the log that it begins, which
/// a run that was fenced cannot; ask; make the new pair durable; use it. Between asking and writing nothing but a crash
/// comes in: then the login is lost, and the next run says so.
struct PairRenewal {
    /// How often a new pair is published while the transport does not answer.
    private static let attempts = 20
    private static let pause = Duration.seconds(2)

    let keeper: CredentialKeeper
    let endpoint: TokenEndpoint
    let clientID: @Sendable () throws -> Secret
    let clientSecret: @Sendable () throws -> Secret?
    let clock: any WallClock

    /// A pair whose access token is good for some time.
    /// - Parameter refused: the header's value that was answered with a 401; then its pair is refreshed though it is
    ///   young, unless a newer one is there.
    /// - Throws: ``ExtractorError``, ``CredentialError``, `SecretError`, `MessagingError`, ``TokenEndpoint/Refusal``.
    func pair(insteadOf refused: Secret?) async throws -> OAuthPair {
        guard let pair = try await keeper.pair() else {
            throw ExtractorError.loginNeeded(keeper.connection, reason: "nobody has logged in yet")
        }
        let isRefused = refused.map { $0.value == "Bearer \(pair.accessToken.value)" } ?? false
        if !isRefused, pair.renewAt.map({ clock.now() < $0 }) ?? true { return pair }
        guard let token = pair.refreshToken else {
            let reason = "its token has ended, and came without one to refresh it with"
            throw ExtractorError.loginNeeded(keeper.connection, reason: reason)
        }
        guard keeper.mayRefresh else { return try looked(at: pair, isRefused: isRefused) }
        return try await refreshed(pair, token)
    }

    /// For one who only looks: what is left of a pair that is due, or what is known of it.
    private func looked(at pair: OAuthPair, isRefused: Bool) throws -> OAuthPair {
        let now = clock.now()
        if !isRefused, let end = pair.expiresAt, now < end { return pair }
        if let end = pair.refreshExpiresAt, end <= now {
            let reason = "nothing renewed it before \(end.formatted(.seconds)), when it ended"
            throw ExtractorError.loginNeeded(keeper.connection, reason: reason)
        }
        let reason: String
        if let since = pair.refreshingSince {
            reason = "a renewal that began at \(since.formatted(.seconds)) is under way, or was cut off"
        } else if let end = pair.expiresAt, pair.renewAt.map({ $0 <= now }) ?? false {
            reason = "its access token ended at \(end.formatted(.seconds))"
        } else {
            // A token that dies before its time was taken back, and its pair with it.
            let words = pair.expiresAt.map { ", which was to last until \($0.formatted(.seconds))" } ?? ""
            let reason = "Zendesk refuses its access token\(words)"
            throw ExtractorError.loginNeeded(keeper.connection, reason: reason)
        }
        throw ExtractorError.renewalPending(keeper.connection, reason: reason)
    }

    private func refreshed(_ pair: OAuthPair, _ token: Secret) async throws -> OAuthPair {
        let (id, secret) = (try clientID(), try clientSecret())
        var begun = pair
        begun.refreshingSince = clock.now()
        try await keeper.save(begun)
        Failpoint.tokenAsking.hit()
        do {
            return try await endpoint.grant(.refresh(token), clientID: id, clientSecret: secret) { [self] grant in
                var new = OAuthPair(grant, obtainedAt: clock.now(), generation: pair.generation + 1)
                new.refreshToken = new.refreshToken ?? token
                Failpoint.tokenRotated.hit()
                try await save(new)
                Failpoint.tokenKept.hit()
                return new
            }
        } catch TokenEndpoint.Refusal.grant(let status, let detail) {
            throw lost(pair, status, detail)
        } catch TokenEndpoint.Refusal.other(.authentication(_, let status, let detail)) where status != 200 {
            throw lost(pair, status, detail)
        }
    }

    private func lost(_ pair: OAuthPair, _ status: Int, _ detail: String?) -> ExtractorError {
        let answer = "(\(status)\(detail.map { ", \"\($0)\"" } ?? ""))"
        let reason =
            if let since = pair.refreshingSince {
                "a renewal that began at \(since.formatted(.seconds)) was cut off before its result was kept, and "
                    + "Zendesk has ended the login \(answer)"
            } else {
                "Zendesk has ended the login \(answer)"
            }
        return .loginNeeded(keeper.connection, reason: reason)
    }

    /// The old pair is dead: only a newer run may keep the new one from being written.
    private func save(_ pair: OAuthPair) async throws {
        var attempt = 0
        while true {
            attempt += 1
            do {
                return try await keeper.save(pair)
            } catch ExtractorError.transport(let problem) {
                guard attempt < Self.attempts else { throw ExtractorError.transport(problem) }
                try await clock.sleep(for: Self.pause)
            }
        }
    }
}

/// Runs the body to its end, also when the caller is cancelled meanwhile.
func uninterrupted<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    // Unstructured, since a child task would be cancelled with its parent; awaited here, so that it outlives nobody.
    try await Task { try await body() }.value
}
