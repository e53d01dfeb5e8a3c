import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("A replica that stands still")
struct FrozenReplicaTests {
    private static let tenants = 8

    @Test(
        "held up beyond the session timeout, in the middle of a page, it disturbs nobody when it wakes",
        .timeLimit(.minutes(30)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func frozen(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 300)) { scene in
            let fleet = try await Fleet(scene, tenants: Self.tenants, interval: 5)
            // Pages come late, so that runs are under way whenever it is stopped.
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.milliseconds(700)), count: 100_000))
            let frozen = try fleet.replica()
            let other = try fleet.replica()
            try await fleet.untilShared(by: [frozen, other])
            try #require(try await eventually { scene.simulator.account().total >= 3 * Self.tenants })
            frozen.send(SIGSTOP)
            let stopped = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            try await fleet.untilEachHasRun(fleet.tenants, since: stopped)
            #expect(Fleet.partitions(of: other).count == scene.settings.partitions, "\(other.errors)")
            frozen.send(SIGCONT)
            let woken = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            try await fleet.untilShared(by: [frozen, other])
            try await fleet.untilEachHasRun(fleet.tenants, since: woken + .seconds(10))
            scene.simulator.clearFaults()
            for replica in [frozen, other] {
                replica.send(SIGTERM)
                #expect(try await replica.outcome().exit == .status(143))
            }
            let expected = try await scene.truth.tables().count("tickets")
            let tickets = try await fleet.tickets()
            for tenant in fleet.tenants { #expect(tickets[tenant].map(Set.init)?.count == expected, "\(tenant)") }
            let failed = try await fleet.runs().values.joined().filter { $0.status == .failed }
            #expect(failed.isEmpty, "\(failed)")
            await fleet.close()
        }
    }

    @Test(
        "asked to stop while the brokers do not answer, it ends in 30 s",
        .enabled(if: Setting.kafkaServers == nil, "a real Kafka is others' too"),
        .timeLimit(.minutes(30)),
        arguments: Setting.on(.kafka).prefix(1)
    )
    func stoppedWithoutBrokers(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 300)) { scene in
            let fleet = try await Fleet(scene, tenants: 4, interval: 5)
            scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.milliseconds(300)), count: 100_000))
            let replica = try fleet.replica()
            try #require(try await eventually { scene.simulator.account().total >= 12 })
            scene.broker?.goDown()
            try await Task.sleep(for: .seconds(2))  // pages under way meet the broker that is gone
            let asked = ContinuousClock.now
            replica.send(SIGTERM)
            let outcome = try await replica.outcome()
            #expect(outcome.exit == .status(143), "\(outcome.errors)")
            let time = try #require(replica.endedAt) - asked
            print("without a broker it ended after \(time)")
            #expect(time < .seconds(30))
            await fleet.close()
        }
    }
}
