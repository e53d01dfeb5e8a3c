import Foundation
import Messaging
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// Everything at once, for a while, and then everything has to be right. `make chaos` has the minutes and the seed.
@Suite("Chaos")
struct ChaosTests {
    /// How long one run lasts.
    private static let length: Duration = {
        let given = ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_MINUTES"].flatMap(Double.init)
        return given.map { .seconds($0 * 60) } ?? .seconds(15)
    }()

    private static let isLong = ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_MINUTES"] != nil

    /// `embedded` or `kafka` for one of them alone.
    private static let logs =
        ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_LOG"]
        .flatMap(Setting.Log.init).map { [$0] } ?? Setting.Log.allCases

    private static let seed =
        ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0..<1_000_000)

    @Test("every table equals the account after it", .timeLimit(.minutes(1440)), arguments: logs)
    func chaos(log: Setting.Log) async throws {
        let store: Setting.Store = Setting.postgresURL == nil ? .sqlite : .postgresql
        try await withScene(Setting(log: log, store: store), Self.options(log)) { scene in
            let server = store == .postgresql && PostgreSQLServer.binaries != nil ? try PostgreSQLServer() : nil
            let disk = log == .embedded ? try SmallDisk(in: scene.workspace) : nil
            defer { disk?.unmount() }
            let stage = try await ChaosStage(scene, server: server, disk: disk)
            let run = ChaosRun(stage, seed: Self.seed)
            do {
                try await run.play(for: Self.length)
                if Self.isLong { try await run.playQuietly(for: min(Self.length / 4, .seconds(120))) }
                let loaded = try await Self.settle(stage)
                print(
                    """
                    chaos, \(scene.setting.testDescription), seed \(Self.seed), \(Self.length.components.seconds) s:
                    \(run.account.text)
                      loaded: \(loaded)
                    """
                )
            } catch let end as MockBrokerEnded {
                // What it held is gone with it, and it was never meant to last.
                return print("chaos, \(scene.setting.testDescription), seed \(Self.seed): not compared, \(end)")
            } catch {
                print("chaos, \(scene.setting.testDescription), seed \(Self.seed), broke off:\n\(run.account.text)")
                throw error
            }
            #expect(run.account.findings.isEmpty, "seed \(Self.seed): \(run.account.findings.joined(separator: "\n"))")
            Self.expectPatience(stage, run)
            await stage.close()
        }
    }

    private static func options(_ log: Setting.Log) -> SceneOptions {
        var options = SceneOptions(tickets: 60, rows: 40)
        options.behind = .seconds(2 * 365 * 86_400)
        let isMock = log == .kafka && Setting.kafkaServers == nil
        if !isMock { options.streams += ["tags", "macros", "ticket_comments", "ticket_audits"] }
        options.credentials = Credentials(clientSecret: Secret(Scene.environment["E2E_SECRET"] ?? ""))
        options.configure = { account in
            account.largestExportPage = 25
            account.world.sizes[.users] = 40
            account.world.sizes[.organizations] = 15
        }
        return options
    }

    /// Extracts and loads what is left, undisturbed, and looks at everything.
    /// - Returns: how much was loaded.
    private static func settle(_ stage: ChaosStage) async throws -> String {
        let scene = stage.scene
        // A list whose read was broken off is read on, and so is as of that read's beginning, before later changes.
        try await scene.runOnce()
        try await scene.runOnce()
        try await scene.expectTablesEqualTruth("seed \(seed)")
        let reports = try await scene.loadingReports()
        let unbalanced = reports.filter { $0.status == .succeeded && !$0.isBalanced }
        #expect(unbalanced.isEmpty, "seed \(seed): \(unbalanced.map(\.id))")
        try expectRelayed(scene, reports)
        try expectNoSecret(scene)
        let events = reports.reduce(0) { $0 + $1.events }
        let rows = reports.reduce(0) { $0 + $1.rowsLoaded }
        return "\(reports.count) reports of \(events) events, \(rows) rows"
    }

    /// What the database says was loaded has been told by the topic, and nothing waits.
    private static func expectRelayed(_ scene: Scene, _ reports: [LoadingReport]) throws {
        let told = Set(reports.map(\.id))
        #expect(told.count == reports.count, "seed \(seed): a report is counted twice")
        let held = try scene.database.texts("SELECT id FROM \(scene.database.name("_deskpipe_loads"))").compactMap(
            \.self
        )
        #expect(!held.isEmpty && Set(held).subtracting(told).isEmpty, "seed \(seed): a report was not told")
        let waiting = try scene.database.count("SELECT count(*) FROM \(scene.database.name("_deskpipe_outbox"))")
        #expect(waiting == 0, "seed \(seed): \(waiting) messages were not published")
    }

    /// Nothing of the configuration's secrets, or of a granted token, is in a log, an output, the log's file, or a table.
    private static func expectNoSecret(_ scene: Scene) throws {
        let secrets = [Scene.environment["E2E_SECRET"] ?? "", "granted-"]
        #expect(try scene.workspace.files(holding: secrets).isEmpty)
    }

    /// No request came before the end of a wait, but for those that a process could not know of: it died, or froze, with
    /// the answer that told it.
    private static func expectPatience(_ stage: ChaosStage, _ run: ChaosRun) {
        let account = stage.scene.simulator.account()
        var pauses: [RequestAccount.Entry] = []
        var unexplained: [String] = []
        for entry in account.requests {
            if entry.status == 429 || entry.status == 503 { pauses.append(entry) }
            guard entry.isViolation else { continue }
            let told = pauses.last { $0.path == entry.path && $0.time < entry.time }?.time ?? entry.time
            let isLost = run.losses.contains { $0 - told > .seconds(-1) && $0 - told < .milliseconds(500) }
            let isZombies = run.returns.contains { $0 <= entry.time && entry.time - $0 < .seconds(1) }
            if !isLost && !isZombies { unexplained.append("\(entry.path) at \(entry.time), told at \(told)") }
        }
        print("  requests: \(account.total), \(account.throttled) answered with 429, \(account.violations) too early")
        #expect(unexplained.isEmpty, "seed \(seed): too early: \(unexplained), lost \(run.losses)")
        #expect(account.oversized == 0 && account.tooDeep == 0)
    }
}
