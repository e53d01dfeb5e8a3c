import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// Connections that `deskpipe login` has let in, run against a simulated account.
@Suite("Refreshed logins", .serialized)
struct RefreshTests {
    static let auth = Authentication.oauthRefresh(
        clientID: .environment("ID"),
        clientSecret: .environment("SECRET")
    )

    @Test("a young access token is used as it is, without a request for another")
    func young() async throws {
        try await withLogin { rig, store in
            #expect(await rig.run().report.status == .succeeded)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == nil)
            try await store.expect(generation: 1)
        }
    }

    @Test("a token near its end is refreshed before it is used, and the new pair is kept")
    func expiry() async throws {
        try await withLogin(life: 400) { rig, store in
            let first = try await store.latest(for: acme)?.refreshToken?.value
            rig.clock.leap(by: .seconds(370))
            #expect(await rig.run().report.status == .succeeded)
            let account = rig.simulator.account()
            #expect(account.paths["/oauth/tokens"] == 1)
            #expect(account.requests.allSatisfy { $0.status == 200 })
            let kept = try #require(try await store.latest(for: acme))
            #expect(kept.generation == 2 && kept.refreshingSince == nil)
            #expect(kept.refreshToken?.value != first)
            #expect(rig.simulator.livePairs == 1)
            let end = try #require(kept.refreshExpiresAt)
            #expect(try await rig.state()?.loginEndsAt?.milliseconds == end.milliseconds)
            #expect(await rig.run().report.status == .succeeded)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == 1)
        }
    }

    @Test("a refused access token is refreshed once, and runs go on over many rotations")
    func rotation() async throws {
        try await withLogin { rig, store in
            for round in 1...5 {
                rig.simulator.expireAccessTokens()
                #expect(await rig.run().report.status == .succeeded)
                try await store.expect(generation: round + 1)
                #expect(rig.simulator.account().paths["/oauth/tokens"] == round)
            }
            #expect(rig.simulator.livePairs == 1)
        }
    }

    @Test("a token that ends in the middle of a run is refreshed there")
    func middle() async throws {
        try await withLogin(tickets: 120) { rig, store in
            let simulator = rig.simulator
            let isEnded = Atomic(false)
            let outcome = await rig.run { progress in
                guard progress.report.streams[0].pages == 1 else { return }
                if !isEnded.exchange(true, ordering: .relaxed) { simulator.expireAccessTokens() }
            }
            #expect(outcome.report.status == .succeeded)
            try await store.expect(generation: 2)
            try await rig.expectTruth()
        }
    }

    @Test(
        "answers that pass are waited for",
        arguments: [Fault.Effect.status(503), .status(429), .reset(afterBytes: 0)]
    )
    func passing(effect: Fault.Effect) async throws {
        try await withLogin { rig, store in
            rig.simulator.expireAccessTokens()
            // A reset comes after the pair was rotated: that login is lost.
            let isReset = if case .reset = effect { true } else { false }
            rig.simulator.inject(Fault("/oauth/tokens", effect, count: 1))
            let outcome = await rig.run()
            #expect(outcome.exitCode == (isReset ? .authentication : .ok))
            try await store.expect(generation: (isReset ? 1 : 2))
        }
    }

    @Test("a login that Zendesk has ended needs a new one, by name, and says with which command")
    func revoked() async throws {
        try await withLogin { rig, _ in
            rig.simulator.revokeTokens()
            let outcome = await rig.run()
            #expect(outcome.exitCode == .authentication)
            #expect(outcome.report.status == .failed)
            #expect(outcome.report.error?.kind == .authentication)
            #expect(outcome.report.error?.hint?.contains("deskpipe login") == true)
            guard case .loginNeeded(acme, _) = outcome.error else {
                Issue.record("\(String(describing: outcome.error))")
                return
            }
            let report = try #require(outcome.report.streams.first)
            #expect(report.reason?.contains("login needed for acme/support") == true)
            #expect(report.hint?.contains("deskpipe login --tenant acme --connection support") == true)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == 1)
        }
    }

    @Test("a connection that nobody has logged in says so before any request")
    func never() async throws {
        try await withRig(auth: Self.auth) { rig in
            rig.environment.access.credentialKey = .environment("KEY")
            let outcome = await rig.run()
            #expect(outcome.error == .loginNeeded(acme, reason: "nobody has logged in yet"))
            #expect(rig.simulator.account().total == 0)
        }
    }

    @Test("a key that is not set, or another one, is a fault of the configuration")
    func keys() async throws {
        try await withLogin { rig, _ in
            rig.environment.access.credentialKey = nil
            let none = await rig.run()
            #expect(none.exitCode == .configuration)
            #expect(none.error?.message.contains("credentials.key") == true)
            rig.environment.access.credentialKey = .environment("OTHER_KEY")
            let other = await rig.run()
            #expect(other.exitCode == .configuration)
            #expect(other.error?.message.contains("another key") == true)
            #expect(rig.simulator.account().total == 0)
        }
    }

    @Test("a run that was fenced never refreshes: the newer run's pair stays alive")
    func fenced() async throws {
        try await withLogin { rig, store in
            let id = deskpipe.transactionalID(of: acme)
            let older = try await rig.transport.producer(.transactional(id: id))
            let first = try Self.authenticator(rig, publishing: older)
            let used = try await first.authorization()
            rig.simulator.expireAccessTokens()
            let newer = try await rig.transport.producer(.transactional(id: id))
            await #expect(throws: MessagingError.fenced) { _ = try await first.renewed(after: used, detail: nil) }
            #expect(rig.simulator.account().paths["/oauth/tokens"] == nil)
            let second = try Self.authenticator(rig, publishing: newer)
            #expect(try await second.renewed(after: used, detail: nil).value != used.value)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == 1)
            try await store.expect(generation: 2)
            // Whoever comes late finds the newer pair instead of asking for another.
            let late = try Self.authenticator(rig, publishing: newer)
            _ = try await late.renewed(after: used, detail: nil)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == 1)
            await older.close()
            await newer.close()
        }
    }

    @Test("one who only looks uses what is there, and never refreshes")
    func looking() async throws {
        try await withLogin(life: 400) { rig, _ in
            let looking = try Self.authenticator(rig, publishing: nil)
            rig.clock.leap(by: .seconds(380))
            let used = try await looking.authorization()
            rig.simulator.expireAccessTokens()
            await #expect {
                _ = try await looking.renewed(after: used, detail: nil)
            } throws: { error in
                if case ExtractorError.renewalPending(acme, _) = error { true } else { false }
            }
            #expect(rig.simulator.account().total == 0)
        }
    }

    @Test("a check uses the kept token, and leaves the login as it is")
    func checked() async throws {
        try await withLogin { rig, store in
            let findings = try await Self.check(rig)
            #expect(
                findings.exitCode == .ok && findings.contains { $0.check == "role" && $0.grade == .ok },
                "\(findings)"
            )
            #expect(findings.filter { $0.check == "stream" }.count == Rig.streams.count)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == nil)
            try await store.expect(generation: 1)
        }
    }

    @Test("a check after the access token's end is no problem: the next run renews it, the check does not")
    func checkedLate() async throws {
        try await withLogin(life: 400) { rig, store in
            rig.clock.leap(by: .seconds(500))
            let check = ConnectionCheck(rig.definition, access: rig.environment.access, keeper: rig.lookingKeeper)
            let findings = try await check.run()
            let login = try #require(findings.last)
            #expect(login.check == "login" && login.grade == .warning, "\(findings)")
            #expect(login.verdict.contains("its access token ended at ") && login.hint?.contains("next run") == true)
            #expect(findings.exitCode == .ok)
            let streams = try await check.streams()
            #expect(streams.count == Rig.streams.count)
            #expect(streams.values.allSatisfy { $0.grade == .warning && $0.verdict.hasPrefix("not asked: ") })
            #expect(rig.simulator.account().paths["/oauth/tokens"] == nil)
            #expect(await rig.run().exitCode == .ok)
            try await store.expect(generation: 2)
            #expect(try await Self.check(rig).contains { $0.check == "role" && $0.grade == .ok })
        }
    }

    @Test("a check tells an ended login, one that nobody renewed in time, a missing one and another key, with code")
    func checkedDead() async throws {
        try await withLogin(life: 400) { rig, store in
            rig.simulator.revokeTokens()
            try await Self.expectProblem(
                rig,
                .authentication,
                "Zendesk refuses its access token, which was to last until"
            )
            var pair = try #require(try await store.latest(for: acme))
            pair.refreshingSince = rig.clock.now()
            try await rig.environment.reports.publish([try store.message(pair, for: acme)])
            let pending = try await Self.check(rig)
            #expect(pending.exitCode == .ok && pending.last?.verdict.contains("is under way, or was cut off") == true)
            pair.refreshExpiresAt = rig.clock.now() + .seconds(600)
            try await rig.environment.reports.publish([try store.message(pair, for: acme)])
            rig.clock.leap(by: .seconds(700))
            try await Self.expectProblem(rig, .authentication, "nothing renewed it before")
            rig.environment.access.credentialKey = .environment("OTHER_KEY")
            try await Self.expectProblem(rig, .configuration, "another key")
        }
        try await withRig(auth: Self.auth) { rig in
            rig.environment.access.credentialKey = .environment("KEY")
            try await Self.expectProblem(rig, .authentication, "nobody has logged in yet")
        }
    }

    private static func check(_ rig: Rig) async throws -> [CheckFinding] {
        try await ConnectionCheck(rig.definition, access: rig.environment.access, keeper: rig.lookingKeeper).run()
    }

    private static func expectProblem(
        _ rig: Rig,
        _ code: ExitCode,
        _ words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let findings = try await check(rig)
        let problem = try #require(findings.last, sourceLocation: sourceLocation)
        #expect(problem.grade == .problem && findings.exitCode == code, "\(findings)", sourceLocation: sourceLocation)
        #expect(problem.verdict.contains(words), "\(problem)", sourceLocation: sourceLocation)
        if code == .authentication {
            let command = "deskpipe login --tenant acme --connection support"
            #expect(problem.hint?.contains(command) == true, sourceLocation: sourceLocation)
        }
    }

    private static func authenticator(_ rig: Rig, publishing producer: (any MessageProducer)?) throws -> Authenticator {
        let access = rig.environment.access
        var publish: (@Sendable (Message) async throws -> Void)?
        if let producer { publish = { try await producer.publish([$0]) } }
        return Authenticator(
            rig.definition,
            client: try ZendeskClient(rig.definition, connections: access.connections, userAgent: "deskpipe/test"),
            secrets: access.secrets,
            clock: access.clock,
            policy: access.policy,
            keeper: CredentialKeeper(
                acme,
                transport: rig.transport,
                namespace: deskpipe,
                key: access.credentialKey,
                secrets: access.secrets,
                publish: publish
            )
        )
    }

    @Test("a stop while the refresh is answered does not lose the new pair")
    func stopped() async throws {
        try await withLogin { rig, store in
            let simulator = rig.simulator
            simulator.expireAccessTokens()
            simulator.inject(Fault("/oauth/tokens", .delay(.milliseconds(500)), count: 1))
            let stop = StopSignal()
            let slow = rig
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await slow.run(stop: stop) }
                group.addTask {
                    while simulator.account().paths["/oauth/tokens"] == nil { await Task.yield() }
                    stop.set()
                }
            }
            try await store.expect(generation: 2)
            #expect(await rig.run().report.status == .succeeded)
        }
    }

    @Test("secrets are in no topic, in no report and in no error")
    func canaries() async throws {
        try await withLogin { rig, store in
            rig.simulator.expireAccessTokens()
            _ = await rig.run()
            let pair = try #require(try await store.latest(for: acme))
            rig.simulator.revokeTokens()
            let outcome = await rig.run()
            let secrets = [pair.accessToken.value, pair.refreshToken?.value ?? "-", "simulator-secret", "granted-"]
            for topic in deskpipe.serviceTopics.map(\.name) {
                for message in try await rig.messages(topic) {
                    let text = String(decoding: message.value ?? [], as: UTF8.self)
                    #expect(secrets.allSatisfy { !text.contains($0) }, "\(topic)")
                }
            }
            #expect(secrets.allSatisfy { !"\(outcome)".contains($0) })
        }
    }
}

/// A rig whose connection has been logged in.
func withLogin(
    tickets: Int = 60,
    life: Int = 172_800,
    _ body: (inout Rig, CredentialStore) async throws -> Void
) async throws {
    let shortLived = { (configuration: inout SimulatorConfiguration) in
        configuration.credentials.longestTokenLife = life
    }
    try await withRig(tickets: tickets, auth: RefreshTests.auth, configure: shortLived) { rig in
        rig.environment.access.credentialKey = .environment("KEY")
        let issued = rig.simulator.issuePair(life: life)
        let key = try #require(CredentialKey(bytes: Data(repeating: 1, count: 32)))
        let store = CredentialStore(rig.transport, deskpipe, key: key)
        let now = rig.clock.now()
        let pair = OAuthPair(
            accessToken: issued.access,
            refreshToken: issued.refresh,
            expiresAt: now + .seconds(life),
            obtainedAt: now,
            generation: 1
        )
        try await rig.environment.reports.publish([try store.message(pair, for: acme)])
        try await body(&rig, store)
    }
}

extension CredentialStore {
    /// The kept pair is of this generation.
    fileprivate func expect(generation: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let kept = try await latest(for: acme)
        #expect(kept?.generation == generation, sourceLocation: sourceLocation)
    }
}
