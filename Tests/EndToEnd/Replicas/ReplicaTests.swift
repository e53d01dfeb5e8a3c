import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Replicas of the extractor")
struct ReplicaTests {
    private static let tenants = 30
    private static let interval = 6
    /// Seconds for a machine that does other things besides.
    private static let slack = 5.0
    @Test(
        "replicas share the connections; one that joins, dies or is replaced orphans none and loses no record",
        .timeLimit(.minutes(6)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func shared(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 60)) { scene in
            let fleet = try await Fleet(scene, tenants: Self.tenants, interval: Self.interval)
            var replicas = [try fleet.replica(), try fleet.replica()]
            try await fleet.untilShared(by: replicas)
            try await fleet.untilEachHasRun(fleet.tenants, since: Timestamp(seconds: 0))
            // One joins.
            replicas.append(try fleet.replica())
            try await fleet.untilShared(by: replicas)
            try await fleet.untilEachHasRun(fleet.tenants, since: Self.now)
            // One dies.
            let victim = replicas.removeFirst()
            victim.send(SIGKILL)
            let died = ContinuousClock.now
            try await victim.outcome()
            try await fleet.untilShared(by: replicas)
            let orphaned = (ContinuousClock.now - died).fractionalSeconds
            print("what a killed replica had has an owner after \(orphaned) s, at most \(Fleet.mostWithoutOwner)")
            #expect(orphaned < Fleet.mostWithoutOwner + Self.slack)
            try await fleet.untilEachHasRun(fleet.tenants, since: Self.now)
            // One after another is replaced.
            for _ in 0..<2 {
                let former = replicas.removeFirst()
                former.send(SIGTERM)
                #expect(try await former.outcome(within: .seconds(60)).exit == .status(143))
                replicas.append(try fleet.replica())
                try await fleet.untilShared(by: replicas)
            }
            try await fleet.untilEachHasRun(fleet.tenants, since: Self.now)
            try await expectNoGap(fleet)
            // A tenant comes by `apply`, another goes, with no restart.
            let changed = fleet.tenants.dropFirst() + ["newcomer"]
            try await fleet.apply(Array(changed))
            try await fleet.untilEachHasRun(["newcomer"], since: Self.now)
            let deleted = Self.now
            try await fleet.untilEachHasRun(["newcomer"], since: deleted + .seconds(10))
            let last = try #require(try await fleet.starts()[fleet.tenants[0]]?.last)
            #expect(last < deleted, "the tenant that went runs no more")
            for replica in replicas {
                replica.send(SIGTERM)
                #expect(try await replica.outcome(within: .seconds(60)).exit == .status(143))
            }
            let expected = try await scene.truth.tables().count("tickets")
            let tickets = try await fleet.tickets()
            for tenant in fleet.tenants + ["newcomer"] { #expect(tickets[tenant]?.count == expected, "\(tenant)") }
            await fleet.close()
        }
    }

    private static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    /// No tenant was ever without a run for long.
    private func expectNoGap(_ fleet: Fleet) async throws {
        let starts = try await fleet.starts()
        // An interval, its jitter, and the start, which may wait for a place among sixteen.
        let most = Fleet.mostWithoutOwner + Double(Self.interval) * 1.1 + Self.slack
        for tenant in fleet.tenants {
            let times = starts[tenant] ?? []
            let gaps = zip(times.dropFirst(), times).map { ($0 - $1).fractionalSeconds }
            #expect(gaps.max() ?? .infinity < most, "\(tenant): \(gaps)")
        }
    }
}
