import Foundation
import Model
import Testing
import ZendeskSimulator

/// Not a test of anything that can fail by itself, but figures: how long a hand-over takes, and who has how much.
///
/// `DESKPIPE_TEST_REPLICA_CONNECTIONS=300 swift test --filter HandOverTests`, best with `DESKPIPE_TEST_PRODUCTS` naming
/// a release build.
@Suite("Figures of hand-overs")
struct HandOverTests {
    private static let connections = ProcessInfo.processInfo.environment["DESKPIPE_TEST_REPLICA_CONNECTIONS"]
        .flatMap { Int($0) }
    /// Enough for a small machine to read so many accounts in.
    private static let interval = 30

    @Test(
        "three replicas, one killed, one added: times and distribution",
        .enabled(if: connections != nil, "DESKPIPE_TEST_REPLICA_CONNECTIONS is not set"),
        .timeLimit(.minutes(15)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func figures(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            let count = try #require(Self.connections)
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
            let gaps = try await fleet.starts().values.flatMap { times in
                zip(times.dropFirst(), times).map { ($0 - $1).fractionalSeconds }
            }
            print("between two runs of a connection, every \(Self.interval) s: \(Self.quantiles(gaps))")
            for replica in replicas {
                replica.send(SIGTERM)
                try await replica.outcome(within: .seconds(60))
            }
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
        print("\(name): owners after \(shared); first runs after \(Self.quantiles(waits)); \(shares)")
    }

    private static func quantiles(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        guard let last = sorted.last else { return "none" }
        let at = { (part: Double) in (sorted[Int(Double(sorted.count - 1) * part)] * 10).rounded() / 10 }
        return "p50 \(at(0.5)) s, p95 \(at(0.95)) s, most \((last * 10).rounded() / 10) s"
    }
}
