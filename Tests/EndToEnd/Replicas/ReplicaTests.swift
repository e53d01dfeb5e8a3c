import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Replicas of the extractor")
struct ReplicaTests {
    private static let tenants = 12
    private static let interval = 6
    /// Seconds for a machine that does other things besides.
    private static let slack = 30.0
    @Test(
        "replicas share the connections; one that joins, dies or is replaced orphans none and loses no record",
        .timeLimit(.minutes(30)),
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
                #expect(try await former.outcome().exit == .status(143))
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
                #expect(try await replica.outcome().exit == .status(143))
            }
            let expected = try await scene.truth.tables().count("tickets")
            let tickets = try await fleet.tickets()
            for tenant in fleet.tenants + ["newcomer"] {
                #expect(Set(tickets[tenant] ?? []).count == expected, "\(tenant)")
            }
            await fleet.close()
        }
    }

    @Test(
        "a run goes on while replicas share out anew; one whose partition goes elsewhere goes on there",
        .timeLimit(.minutes(30)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func runsGoOn(setting: Setting) async throws {
        let options = SceneOptions(tickets: 3000)
        try await withScene(setting, options) { scene in
            let fleet = try await Fleet(scene, tenants: 6, interval: 86_400)
            // Three pages: the run is under way for longer than the group takes.
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(5)), count: 1000))
            let first = try fleet.replica()
            try #require(
                try await eventually {
                    let requests = scene.simulator.account().requests
                    return requests.count { $0.path.contains("incremental/tickets") } >= fleet.tenants.count
                }
            )
            let second = try fleet.replica()
            try await fleet.untilShared(by: [first, second])
            let kept = Fleet.partitions(of: first)
            let hasEnded = try await eventually {
                try await fleet.runs().values.count { $0.last?.status == .succeeded } == fleet.tenants.count
            }
            let runs = try await fleet.runs()
            try #require(hasEnded, "\(runs.mapValues { $0.map(\.status) })")
            let expected = try await scene.truth.tables().count("tickets")
            let tickets = try await fleet.tickets()
            for tenant in fleet.tenants {
                let isKept = fleet.connections(of: [tenant], in: kept) == 1
                let statuses = runs[tenant]?.map(\.status) ?? []
                #expect(statuses == (isKept ? [.succeeded] : [.stopped, .succeeded]), "\(tenant), kept: \(isKept)")
                #expect(Set(tickets[tenant] ?? []).count == expected)
                if isKept || Setting.kafkaServers != nil { #expect(tickets[tenant]?.count == expected, "none twice") }
            }
            #expect(fleet.connections(in: kept) < fleet.tenants.count)
            for replica in [first, second] {
                replica.send(SIGTERM)
                #expect(try await replica.outcome().exit == .status(143))
            }
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
