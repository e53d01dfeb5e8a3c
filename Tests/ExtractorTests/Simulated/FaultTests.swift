import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Synchronization
import Testing
import ZendeskSimulator

@Suite("Extraction through faults", .serialized)
struct FaultTests {
    static let paths = ["/api/v2/incremental/tickets", "/api/v2/groups", "/api/v2/incremental/organizations"]

    @Test(
        "a fault that passes leaves no trace in what arrives",
        arguments: [
            Fault.Effect.status(500), .status(502, body: .html), .status(503, body: .text, retryAfter: .seconds(3)),
            .status(504, body: .text), .status(520, body: .empty), .status(524), .status(409), .reset(), .truncate(),
            .reset(afterBytes: 0), .badJSON, .status(200, body: .html), .status(200, body: .empty), .status(200),
            .dribble(bytes: 100_000, pause: .milliseconds(1)), .contentType("text/html"),
        ],
        [0, 1]
    )
    func passing(effect: Fault.Effect, skip: Int) async throws {
        try await withRig(tickets: 24, sizes: [.organizations: 15, .groups: 20, .users: 15]) { rig in
            rig.environment.largestPage = 10
            for path in Self.paths { rig.simulator.inject(Fault(path, effect, skip: skip, count: 2)) }
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded, "\(outcome.report.streams.compactMap(\.reason))")
            try await rig.expectTruth()
            #expect(rig.simulator.account().violations == 0)
        }
    }

    @Test("an empty page in the middle of an export does not end it")
    func emptyPage() async throws {
        try await withRig(tickets: 120) { rig in
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .emptyPage, skip: 1, count: 1))
            #expect(await rig.run().report.status == .succeeded)
            try await rig.expectTruth()
        }
    }

    @Test("pages that time out are asked for in halves")
    func halves() async throws {
        try await withRig(tickets: 120) { rig in
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .status(504, body: .text), count: 2))
            #expect(await rig.run().report.status == .succeeded)
            try await rig.expectTruth()
            let sizes = rig.simulator.account().requests.filter { $0.path.contains("tickets") }.map { entry in
                entry.query.split(separator: "&").first { $0.hasPrefix("per_page=") }.map { $0.dropFirst(9) }
            }
            #expect(sizes.prefix(3) == ["50", "25", "12"])
        }
    }

    @Test(
        "a Retry-After is obeyed to the second",
        arguments: [ZendeskSimulator.RetryAfter.seconds(7), .seconds(1800), .date(seconds: 30), .text("soon"), nil]
    )
    func throttled(retryAfter: ZendeskSimulator.RetryAfter?) async throws {
        try await withRig(tickets: 120) { rig in
            for path in Self.paths {
                let effect = Fault.Effect.status(429, body: .text, retryAfter: retryAfter)
                rig.simulator.inject(Fault(path, effect, count: 2))
            }
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            #expect(outcome.report.throttledSeconds >= 7)
            #expect(rig.simulator.account().violations == 0)
            #expect(rig.simulator.account().throttled == 6)
            try await rig.expectTruth()
        }
    }

    @Test("the budgets' headers keep a long run from being told off")
    func budgets() async throws {
        let limits = { (configuration: inout SimulatorConfiguration) in
            configuration.limits = RateLimits(requests: 6, exports: 2, users: 1)
        }
        try await withRig(tickets: 320, sizes: [.groups: 170, .users: 120], configure: limits) { rig in
            let outcome = await rig.run()
            #expect(outcome.report.status == .succeeded)
            #expect(outcome.report.throttledSeconds > 60)
            #expect(rig.simulator.account().violations == 0)
            try await rig.expectTruth()
        }
    }

    @Test("a token that ends or is revoked is renewed once")
    func renewal() async throws {
        try await withRig(tickets: 120) { rig in
            let simulator = rig.simulator
            let isRevoked = Atomic(false)
            let outcome = await rig.run { progress in
                guard progress.report.streams[0].pages == 1 else { return }
                if !isRevoked.exchange(true, ordering: .relaxed) { simulator.revokeTokens() }
            }
            #expect(outcome.report.status == .succeeded)
            #expect(rig.simulator.account().paths["/oauth/tokens"] == 2)
            try await rig.expectTruth()
        }
    }

    @Test("a token is renewed before its end")
    func renewalInTime() async throws {
        let shortLived = { (configuration: inout SimulatorConfiguration) in
            configuration.credentials.longestTokenLife = 400
        }
        try await withRig(tickets: 120, configure: shortLived) { rig in
            let clock = rig.clock
            let hasLeapt = Atomic(false)
            let outcome = await rig.run { progress in
                guard progress.report.streams[0].pages == 1 else { return }
                if !hasLeapt.exchange(true, ordering: .relaxed) { clock.leap(by: .seconds(380)) }
            }
            #expect(outcome.report.status == .succeeded)
            let account = rig.simulator.account()
            #expect(account.requests.allSatisfy { $0.status != 401 })
            #expect((account.paths["/oauth/tokens"] ?? 0) > 1)
        }
    }

    @Test(
        "wrong credentials end the run with exit code 4 and without the secret",
        arguments: [
            Authentication.oauthToken(token: .environment("WRONG")),
            .apiToken(email: "admin@example.com", token: .environment("WRONG")),
            .oauthClientCredentials(clientID: .environment("ID"), clientSecret: .environment("WRONG")),
        ]
    )
    func wrongCredentials(auth: Authentication) async throws {
        try await withRig(auth: auth) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .authentication)
            #expect(outcome.report.status == .failed)
            #expect(rig.simulator.account().total <= 5)
            let report = try await rig.messages(deskpipe.extractionReports)
            let text = String(decoding: report.first?.value ?? [], as: UTF8.self)
            #expect(text.contains("does not accept the credentials"))
            #expect(!text.contains("wrong-secret-canary"))
            let findings = try await ConnectionCheck(rig.definition, access: rig.environment.access).run()
            #expect(findings.exitCode == .authentication)
        }
    }

    @Test(
        "right credentials of each kind are accepted",
        arguments: [
            Authentication.oauthToken(token: .environment("TOKEN")),
            .apiToken(email: "admin@example.com", token: .environment("API_TOKEN")),
        ]
    )
    func rightCredentials(auth: Authentication) async throws {
        try await withRig(tickets: 20, auth: auth) { rig in
            #expect(await rig.run().report.status == .succeeded)
        }
    }

    @Test("a secret that is missing is a fault of the configuration")
    func missingSecret() async throws {
        try await withRig(auth: .oauthToken(token: .environment("NOWHERE"))) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .configuration)
            #expect(outcome.report.streams[0].reason?.contains("NOWHERE") == true)
        }
    }

    @Test("a stream that is refused fails by itself")
    func refusedStream() async throws {
        try await withRig { rig in
            rig.simulator.inject(Fault("/api/v2/incremental/organizations", .status(403, body: .html)))
            let outcome = await rig.run()
            #expect(outcome.exitCode == .partial)
            #expect(outcome.report.status == .partial)
            #expect(outcome.report.streams.map(\.status) == [.caughtUp, .caughtUp, .caughtUp, .failed, .caughtUp])
            #expect(outcome.report.streams[3].hint?.contains("admin") == true)
            try await rig.expectTruth(["tickets", "ticket_metrics", "users", "groups"])
        }
    }

    @Test("an account that refuses everything fails with exit code 5")
    func refused() async throws {
        try await withRig { rig in
            rig.simulator.inject(Fault("/api/v2/", .status(403)))
            #expect(await rig.run().exitCode == .permission)
        }
    }

    @Test("a list that fails half way publishes no version, and goes on with the same one")
    func brokenList() async throws {
        try await withRig(sizes: [.groups: 120], policy: RetryPolicy(attempts: 3)) { rig in
            rig.simulator.inject(Fault("/api/v2/groups", .status(500), skip: 2))
            let broken = await rig.run()
            #expect(broken.exitCode == .partial)
            #expect(broken.failures["groups"]?.exitCode == .sourceUnavailable)
            #expect(try await rig.events("groups").allSatisfy { $0.envelope.type != .version })
            rig.simulator.clearFaults()
            rig.clock.leap(by: .seconds(600))
            #expect(await rig.run().report.status == .succeeded)
            let events = try await rig.events("groups")
            #expect(events.filter { $0.envelope.type == .version }.count == 1)
            #expect(Set(events.map(\.envelope.tableVersion)).count == 1)
            #expect(events.filter { $0.envelope.type == .upsert }.count == 120)
            // The next read is a new one.
            _ = await rig.run()
            #expect(Set(try await rig.events("groups").map(\.envelope.tableVersion)).count == 2)
        }
    }

    @Test("a saved cursor that Zendesk refuses is replaced, without loss", arguments: ["tickets", "groups"])
    func refusedCursor(stream: StreamName) async throws {
        try await withRig(sizes: [.groups: 120]) { rig in
            rig.definition.streams = StreamSelection(include: [stream.rawValue])
            let stop = StopSignal()
            _ = await rig.run(stop: stop) { progress in
                if progress.report.streams[0].pages == 1 { stop.set() }
            }
            let path = stream == "groups" ? "/api/v2/groups" : "/api/v2/incremental/tickets"
            rig.simulator.inject(Fault(path, .status(400), count: 1))
            #expect(await rig.run().report.status == .succeeded)
            try await rig.expectTruth([stream])
        }
    }

    @Test("a second with more changes than a page can hold fails its stream, and no other")
    func fullSecond() async throws {
        let crowded = { (configuration: inout SimulatorConfiguration) in
            configuration.world.sizes[.organizations] = 1200
            configuration.world.inOneSecond[.organizations] = 1100
        }
        try await withRig(configure: crowded) { rig in
            let outcome = await rig.run()
            guard case .fullSecond = outcome.failures["organizations"] else {
                Issue.record("\(outcome.failures)")
                return
            }
            #expect(outcome.exitCode == .partial)
        }
    }

    @Test("nobody at the address is said after some tries, with exit code 7")
    func unreachable() async throws {
        try await withRig(policy: RetryPolicy(attempts: 3)) { rig in
            rig.definition.endpoint = "http://127.0.0.1:9"
            let outcome = await rig.run()
            #expect(outcome.exitCode == .sourceUnavailable)
            #expect(outcome.report.streams[0].reason?.contains("127.0.0.1:9") == true)
        }
    }
}
