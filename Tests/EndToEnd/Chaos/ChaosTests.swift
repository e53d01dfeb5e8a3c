import Foundation
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// Everything at once, for a while, and then everything has to be right. `make chaos` has the minutes, the seed and the scale.
@Suite("Chaos")
struct ChaosTests {
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
        let (setting, size, seed) = (Setting(log: log, store: store), ChaosSize.given, Self.seed)
        let begin = ContinuousClock.now
        try await withScene(setting, size.options(setting)) { scene in
            var disks: [ChaosStage.Place: SmallDisk] = [:]
            defer { for disk in disks.values { disk.unmount() } }
            if log == .embedded {
                disks[.log] = try SmallDisk("disk", megabytes: size.logDiskMegabytes, in: scene.workspace)
            }
            var server: PostgreSQLServer?
            if store == .postgresql, PostgreSQLServer.binaries != nil {
                let disk = try SmallDisk("database", megabytes: size.databaseDiskMegabytes, in: scene.workspace)
                disks[.database] = disk
                // What a killed server has half written is mended from the log that is written before.
                server = try PostgreSQLServer(
                    in: disk?.path,
                    settings: ["full_page_writes=on", "max_wal_size=256MB", "shared_buffers=64MB"]
                )
            }
            let stage = try await ChaosStage(scene, size, server: server, disks: disks)
            let run = ChaosRun(stage, seed: seed)
            let checks = ChaosChecks(stage: stage, seed: seed)
            do {
                try await run.play(for: size.length)
                if size.isLong { try await run.playQuietly(for: size.quietLength) }
                let loaded = try await checks.settle(foreign: run.foreign)
                print(
                    """
                    chaos, \(setting.testDescription), seed \(seed), \(size.length.components.seconds) s of disturbances, \
                    \((ContinuousClock.now - begin).components.seconds) s in all, scale \(size.scale):
                    \(run.text)
                      loaded: \(loaded)
                    """
                )
            } catch let end as MockBrokerEnded {
                // What it held is gone with it, and it was never meant to last.
                return print("chaos, \(setting.testDescription), seed \(seed): not compared, \(end)")
            } catch {
                print("chaos, \(setting.testDescription), seed \(seed), broke off:\n\(run.text)")
                throw error
            }
            #expect(run.account.findings.isEmpty, "seed \(seed): \(run.account.findings.joined(separator: "\n"))")
            checks.expectPatience(run.missed)
            await stage.close()
        }
    }
}
