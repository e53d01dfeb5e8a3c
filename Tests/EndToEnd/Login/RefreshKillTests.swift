import Foundation
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// `kill -9` at each step of a refresh. Zendesk kills the old pair when it answers, so one of two things is true after:
/// the next run works, or it says that a login is needed. Forty kills; `DESKPIPE_TEST_SCALE=5` makes them 200.
@Suite("Killed while a login is refreshed")
struct RefreshKillTests {
    enum Step: String, CaseIterable {
        case before = "before the request"
        case unanswered = "requested, not answered"
        case after = "answered, about to be kept or used"
        case any = "any moment"
    }

    @Test("the next run works, or says that a login is needed: never a third", arguments: 1...4)
    func kill(lane: Int) async throws {
        try await withLoginScene { login in
            var random = SplitMix64(seed: Self.seed &+ UInt64(lane))
            var account: [Step: [String: Int]] = [:]
            let simulator = login.scene.simulator
            try await login.logIn()
            try await login.scene.deskpipe("apply")
            #expect(try await login.extractor().outcome().exit == .status(0))
            for round in 0..<(10 * Setting.scale) {
                let step = Step.allCases[round % Step.allCases.count]
                simulator.expireAccessTokens()
                simulator.clearAccount()
                let wasRotated = try await Self.strike(step, login, &random)
                simulator.clearFaults()
                let isWorking = try await Self.goesOn(login)
                account[step, default: [:]][isWorking ? "works" : "login needed", default: 0] += 1
                #expect(isWorking || wasRotated, "\(step): a login was lost though nothing had rotated it")
            }
            for step in Step.allCases {
                let counts = (account[step] ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                print("seed \(Self.seed), lane \(lane), killed \(step.rawValue): \(counts.joined(separator: ", "))")
            }
            // Both outcomes are seen; which kills lose the login is held above.
            #expect(account[.unanswered]?["login needed"] ?? 0 > 0)
            #expect(account.values.contains { $0["works"] ?? 0 > 0 })
            try login.expectNoSecret()
        }
    }

    /// Runs the extractor and kills it.
    /// - Returns: whether Zendesk had killed the old pair by then.
    private static func strike(
        _ step: Step,
        _ login: LoginScene,
        _ random: inout SplitMix64
    ) async throws -> Bool {
        let simulator = login.scene.simulator
        if step == .unanswered { simulator.inject(Fault("/oauth/tokens", .delay(.milliseconds(300)))) }
        let program = try login.extractor()
        let isThere = try await eventually {
            switch step {
            case .before: program.hasEnded || simulator.account().requests.contains { $0.status == 401 }
            case .unanswered, .after: program.hasEnded || simulator.account().paths["/oauth/tokens"] != nil
            case .any: true
            }
        }
        try #require(isThere)
        let most = [.before: 3, .unanswered: 200, .after: 40, .any: 600][step] ?? 0
        try await Task.sleep(for: .microseconds(Int.random(in: 0...(most * 1000), using: &random)))
        program.send(SIGKILL)
        try await program.outcome()
        return simulator.account().paths["/oauth/tokens"] != nil
    }

    /// The next run, undisturbed; after a lost login a person's, too.
    /// - Returns: whether the login was still good.
    private static func goesOn(_ login: LoginScene) async throws -> Bool {
        let outcome = try await login.extractor().outcome()
        if outcome.exit == .status(0) { return true }
        try #require(outcome.exit == .status(4), "\(outcome.exit): \(outcome.errors)")
        let report = try await login.lastReport()
        #expect(report.status == .failed)
        #expect(report.streams.allSatisfy { $0.reason?.contains("login needed for acme/support") == true })
        #expect(report.streams.allSatisfy { $0.hint?.contains("deskpipe login --tenant acme") == true })
        try await login.logIn()
        #expect(try await login.extractor().outcome().exit == .status(0))
        return false
    }

    private static let seed =
        ProcessInfo.processInfo.environment["DESKPIPE_TEST_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0..<1_000_000)
}
