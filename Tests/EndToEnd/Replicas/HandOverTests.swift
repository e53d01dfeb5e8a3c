import Foundation
import Model
import Testing
import ZendeskSimulator

/// Not a test of anything that can fail by itself, but figures: how long a hand-over takes, and who has how much.
///
/// `make bench-replicas` runs it with 300 connections on a release build.
@Suite("Figures of hand-overs")
struct HandOverTests {
    private static let connections = ProcessInfo.processInfo.environment["DESKPIPE_TEST_REPLICA_CONNECTIONS"]
        .flatMap { Int($0) }
    /// Enough for a small machine to read so many accounts in.
    private static let interval = max(30, (connections ?? 0) / 3)
    private static let partitions = 12

    @Test(
        "three replicas, one killed, one added: times and distribution",
        .enabled(if: connections != nil, "DESKPIPE_TEST_REPLICA_CONNECTIONS is not set"),
        .timeLimit(.minutes(25)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func figures(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20, partitions: Self.partitions)) { scene in
            let count = try #require(Self.connections)
            // So that there are runs under way whatever happens.
            scene.simulator.inject(Fault("/api/v2/groups", .delay(.seconds(3)), count: 1_000_000))
            let fleet = try await Fleet(scene, tenants: count, interval: Self.interval)
            var replicas = try (0..<3).map { _ in try fleet.replica() }
            try await step("three replicas start", fleet, replicas) {}
            let victim = replicas.removeFirst()
            try await step("one is killed", fleet, replicas) {
                victim.send(SIGKILL)
                try await victim.outcome()
            }
            let added = try fleet.replica()
            replicas.append(added)
            try await step("one is added", fleet, replicas) {}
            let leaver = replicas.removeFirst()
            try await step("one ends by itself", fleet, replicas) {
                leaver.send(SIGTERM)
                try await leaver.outcome()
            }
            let gaps = try await Gap.all(fleet)
            print("between two runs of a connection, every \(Self.interval) s: \(Self.quantiles(gaps.map(\.seconds)))")
            for gap in gaps.suffix(5) { print("  \(gap)") }
            for replica in replicas {
                replica.send(SIGTERM)
                try await replica.outcome()
            }
            await fleet.close()
        }
    }

    /// The time between the beginnings of two runs that follow each other.
    private struct Gap: CustomStringConvertible {
        var tenant: String
        var former: ExtractionReport
        var next: ExtractionReport

        var seconds: Double { (next.startedAt - former.startedAt).fractionalSeconds }

        var description: String {
            let length = former.completedAt.map { ($0 - former.startedAt).fractionalSeconds } ?? 0
            let (start, end) = (former.startedAt.formatted(.seconds), next.startedAt.formatted(.seconds))
            let facts = "\(former.status.rawValue) after \(length) s, throttled for \(former.throttledSeconds) s"
            let skipped = "\(next.skippedSlots ?? 0) slots skipped"
            return "\(seconds) s: \(tenant), from \(start) (\(facts)) to \(end), \(skipped)"
        }

        /// The shortest first.
        static func all(_ fleet: Fleet) async throws -> [Gap] {
            let gaps = try await fleet.runs().flatMap { tenant, runs in
                zip(runs, runs.dropFirst()).map { Gap(tenant: tenant, former: $0, next: $1) }
            }
            return gaps.sorted { $0.seconds < $1.seconds }
        }
    }

    /// Does something to the replicas, and prints how long it takes until all partitions have an owner and until each
    /// connection has run again.
    private func step(
        _ name: String,
        _ fleet: Fleet,
        _ replicas: [Program],
        _ change: () async throws -> Void
    ) async throws {
        let begin = ContinuousClock.now
        let since = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        try await change()
        try await fleet.untilShared(by: replicas)
        let shared = ContinuousClock.now - begin
        try await fleet.untilEachHasRun(fleet.tenants, since: since)
        let starts = try await fleet.starts()
        let waits = fleet.tenants.compactMap { tenant in
            starts[tenant]?.first { $0 >= since }.map { ($0 - since).fractionalSeconds }
        }
        let shares = replicas.map { replica in
            let partitions = Fleet.partitions(of: replica)
            return "\(partitions.count) partitions, \(fleet.connections(in: partitions)) connections"
        }
        let time = since.formatted(.seconds)
        print("\(name), at \(time): owners after \(shared); first runs after \(Self.quantiles(waits)); \(shares)")
    }

    private static func quantiles(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        guard let last = sorted.last else { return "none" }
        let at = { (part: Double) in (sorted[Int(Double(sorted.count - 1) * part)] * 10).rounded() / 10 }
        return "p50 \(at(0.5)) s, p95 \(at(0.95)) s, most \((last * 10).rounded() / 10) s"
    }
}
