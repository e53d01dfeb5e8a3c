import Foundation
import Messaging
import Testing

/// The decisions of extractor, loader and console, driven by one seed: pages, budgets, bookmarks, batches, schemas,
/// schedules and the board, over an account, a log and a database that are kept in memory and fail as the real ones may.
///
/// `DESKPIPE_SIMULATION_RUNS=5000` runs more seeds than the suite does, `DESKPIPE_SIMULATION_SEED=7` the one that a
/// failure names.
@Suite("Simulation")
struct SimulationTests {
    private static let lanes = 2
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["DESKPIPE_SIMULATION_RUNS"].flatMap(Int.init) ?? 60
    private static let first = environment["DESKPIPE_SIMULATION_SEED"].flatMap(UInt64.init)

    @Test("nothing is lost, doubled or put back, whatever fails when", arguments: 0..<lanes)
    func everything(lane: Int) throws {
        let count = Self.first == nil ? Self.runs / Self.lanes : 1 - lane
        for run in 0..<max(0, count) {
            let seed = Self.first ?? UInt64(run * Self.lanes + lane)
            do {
                var simulation = try Simulation(seed: seed)
                try simulation.run(steps: 40 + Int(seed % 160))
            } catch {
                Issue.record("DESKPIPE_SIMULATION_SEED=\(seed): \(error)")
                return
            }
        }
    }

    @Test("the same seed gives the same run")
    func repeats() throws {
        func trace() throws -> [String] {
            var simulation = try Simulation(seed: 11)
            try simulation.run(steps: 120)
            return simulation.world.log.deliveries.sorted { $0.key < $1.key }.flatMap { place, deliveries in
                deliveries.map { "\(place) \(String(decoding: $0.value ?? [], as: UTF8.self))" }
            }
        }
        let (first, second) = (try trace(), try trace())
        let differing = zip(first, second).first { $0 != $1 }
        #expect(differing == nil && first.count == second.count, "\(differing ?? ("", ""))")
    }
}
