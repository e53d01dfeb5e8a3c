import Foundation
import LibPQ

/// `deskpipe run --once` of accounts of many sizes, less what it takes for an account of one ticket.
struct GrowthOfWholeWay {
    private let workload: Workload

    init(_ workload: Workload) { self.workload = workload }

    func lines(_ sizes: [Int]) async throws -> [Growth] {
        guard let program = workload.options.deskpipe, let simulator = workload.options.simulatorProgram else {
            return []
        }
        let destinations = WholeWay.destinations(workload, workload.path("growth"))
        var points: [String: [Growth.Point]] = [:]
        var starts: [String: Double] = [:]
        for size in [0] + sizes {
            // A ticket has its metrics, and a quarter of a user.
            let tickets = max(1, size * 4 / 9)
            let account = try await SimulatorProcess(simulator, tickets: tickets, workload)
            defer { account.stop() }
            for destination in destinations {
                let point = try await Growth.Point(max(size, 1)) { _ in
                    let watched = try await WholeWay.read(account.url, tickets, into: destination, program, workload)
                    return watched.lap.processorSeconds
                }
                if size == 0 {
                    starts[destination.name] = point.processorSeconds
                } else {
                    let seconds = point.processorSeconds - (starts[destination.name] ?? 0)
                    points[destination.name, default: []].append(.init(records: size, processorSeconds: seconds))
                }
            }
        }
        return destinations.map { destination in
            let start = Figures.decimal(starts[destination.name] ?? 0, digits: 2)
            return Growth(
                line: "growth: deskpipe run --once, \(destination.name)",
                points: points[destination.name] ?? [],
                comparedWith: "a line; \(start) s of a run of one ticket are taken off"
            )
        }
    }
}
