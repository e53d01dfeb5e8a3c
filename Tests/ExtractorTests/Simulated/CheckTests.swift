import Catalog
import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

@Suite("A check of a connection", .timeLimit(.minutes(30)))
struct CheckTests {
    @Test("all is well: help desk, login, role, plan, streams, budgets and history")
    func well() async throws {
        try await withRig(tickets: 2500) { rig in
            rig.definition.streams = StreamSelection(include: Rig.streams.map(\.rawValue))
            let findings = try await Self.check(rig)
            #expect(findings.exitCode == .ok && findings.allSatisfy { $0.grade == .ok }, "\(findings)")
            let checks = Set(findings.map(\.check))
            #expect(checks.isSuperset(of: ["prefix", "clock", "login", "role", "plan", "stream", "limits", "history"]))
            #expect(findings.first { $0.check == "role" }?.subject == "admin")
            let streams = findings.filter { $0.check == "stream" }
            let selected = try Catalog.streams(of: .support, selectedBy: rig.definition.streams)
            #expect(streams.map(\.subject) == selected.map(\.name.rawValue))
            #expect(streams.first { $0.subject == "ticket_metrics" }?.verdict == "ok, out of tickets")
            let history = try #require(findings.last { $0.check == "history" })
            #expect(history.verdict.contains(" tickets, ") && history.verdict.hasSuffix(" s"), "\(history.verdict)")
            // Streams out of the same pages cost one request.
            #expect(rig.simulator.account().total <= 8 + selected.count)
        }
    }

    @Test(
        "what stands before the login is told apart: no help desk, an address list, a wrong secret, no admin",
        arguments: [
            (Trouble.gone, "prefix", ExitCode.configuration, "no help desk"),
            (.moved, "prefix", .configuration, "no help desk"),
            (.addressList, "address", .permission, "before any login"),
            (.wrongSecret, "login", .authentication, "does not accept"),
            (.agent, "role", .permission, "role"),
        ]
    )
    func refused(trouble: Trouble, check: String, code: ExitCode, says: String) async throws {
        let auth: Authentication? =
            trouble == .wrongSecret
            ? .oauthClientCredentials(clientID: .environment("ID"), clientSecret: .environment("WRONG")) : nil
        let configure = { (configuration: inout SimulatorConfiguration) in
            configuration.credentials.isAdmin = trouble != .agent
        }
        try await withRig(auth: auth, configure: configure) { rig in
            if let status = trouble.status { rig.simulator.inject(Fault("/api/v2/users/me", .status(status))) }
            let findings = try await Self.check(rig)
            let last = try #require(findings.last)
            #expect(last.grade == .problem && last.check == check, "\(findings)")
            #expect(last.verdict.contains(says) && last.hint != nil, "\(last)")
            #expect(findings.exitCode == code)
            #expect(findings.filter { $0.check == "stream" }.isEmpty)
            #expect(!"\(findings)".contains("wrong-secret-canary"))
        }
    }

    enum Trouble: Sendable {
        case gone
        case moved
        case addressList
        case wrongSecret
        case agent

        var status: Int? {
            switch self {
            case .gone: 404
            case .moved: 302
            case .addressList: 403
            case .wrongSecret, .agent: nil
            }
        }
    }

    @Test("an API token works, with a warning of its end")
    func apiToken() async throws {
        let auth = Authentication.apiToken(email: "admin@example.com", token: .environment("API_TOKEN"))
        try await withRig(auth: auth) { rig in
            let findings = try await Self.check(rig)
            let login = try #require(findings.first { $0.check == "login" })
            #expect(login.grade == .warning && login.verdict.contains("2027-04-30"))
            #expect(findings.exitCode == .ok)
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            let lines = try await rig.messages(deskpipe.extractionLogs).map { delivery in
                try JSONDecoder().decode(LogLine.self, from: Data(try #require(delivery.value)))
            }
            let warnings = lines.filter { $0.level == .warning }
            #expect(warnings.count == 1 && warnings.first?.message.contains("2027-04-30") == true, "\(warnings)")
        }
    }

    @Test("a refused stream is parked with a warning; an essential one is a problem with code 5")
    func streams() async throws {
        try await withRig { rig in
            rig.definition.streams = StreamSelection(include: ["users", "groups"])
            rig.simulator.inject(Fault("/api/v2/incremental/users", .status(403)))
            let findings = try await Self.check(rig)
            let users = try #require(findings.first { $0.subject == "users" })
            #expect(users.grade == .problem && users.exitCode == .permission)
            #expect(findings.first { $0.subject == "groups" }?.grade == .ok)
            #expect(findings.exitCode == .permission)
        }
    }

    @Test("a clock that is far from Zendesk's is a warning that says by how much")
    func clock() async throws {
        let machineDates = { (configuration: inout SimulatorConfiguration) in configuration.datesByItsClock = false }
        try await withRig(configure: machineDates) { rig in
            rig.clock.leap(by: .seconds(600))
            let findings = try await Self.check(rig)
            let clock = try #require(findings.first { $0.check == "clock" })
            #expect(clock.grade == .warning && clock.verdict == "10 min ahead of Zendesk's")
        }
    }

    @Test("nobody at the address ends with 7")
    func unreachable() async throws {
        try await withRig { rig in
            rig.definition.endpoint = "http://127.0.0.1:9"
            let findings = try await Self.check(rig)
            #expect(findings.count == 1 && findings.exitCode == .sourceUnavailable)
            #expect(findings.first?.verdict.contains("127.0.0.1:9") == true)
        }
    }

    @Test("the smallest request of each dialect asks for one record, exports from the start date")
    func targets() {
        let start = Timestamp(seconds: 1_000_000)
        let now = Timestamp(seconds: 2_000_000)
        for stream in Catalog.streams {
            guard case .request(let request) = stream.origin else { continue }
            let target = SampleTarget.target(of: request, of: stream.name, start: start, now: now)
            #expect(target.hasPrefix("/api/v2/") && !target.contains(" ") && !target.contains("["), "\(target)")
        }
        let target = { SampleTarget.target(of: $0, of: "x", start: start, now: now) }
        let list = Request(path: "x.json", dialect: .cursorList, envelope: .list("x"), pageSize: 100)
        #expect(target(list) == "/api/v2/x.json?page%5Bsize%5D=1")
        let export = Request(path: "y", dialect: .incrementalTime, envelope: .list("y"), pageSize: 1000)
        #expect(target(export) == "/api/v2/y?start_time=1000000&per_page=1")
    }

    @Test("the history's time is that of the slowest budget, and the transfer's")
    func history() {
        let volume = HistoryEstimate.Volume(
            tickets: 1_000_000,
            users: 100_000,
            readsTicketEvents: true,
            readsMetricEvents: false,
            readsAuditsExactly: true
        )
        let estimate = HistoryEstimate(volume, limits: HistoryEstimate.Limits(account: 560))
        // 1,000 pages of tickets and 10,000 of events at 10 a minute, and 15 GB at 4 MB a second.
        #expect(estimate.main == .seconds(66_000 + 3787.5))
        #expect(estimate.audits == .seconds(120_000))
        let few = HistoryEstimate.Volume(
            tickets: 0,
            users: 40_000,
            readsTicketEvents: true,
            readsMetricEvents: true,
            readsAuditsExactly: false
        )
        #expect(HistoryEstimate(few, limits: HistoryEstimate.Limits(account: 100)).main == .seconds(120 + 15))
        #expect(HistoryEstimate(few, limits: HistoryEstimate.Limits(account: 100)).audits == nil)
    }

    private static func check(_ rig: Rig) async throws -> [CheckFinding] {
        try await ConnectionCheck(rig.definition, access: rig.environment.access).run()
    }
}
