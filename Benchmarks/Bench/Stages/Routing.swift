import Foundation
import Messaging
import Work

/// Deliveries to events: whose they are, their attributes, and that all of it is valid.
enum Routing {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        var read = try TicketRead()
        let deliveries = try read.deliveries(of: workload.pages)
        var loader = LoaderPath()
        let values = deliveries.compactMap { $0.value.map { Data($0) } }
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time { try loader.route(deliveries) { use($0) } }
        } reference: {
            try await Lap.time {
                for value in values { use(try JSONSerialization.jsonObject(with: value)) }
            }
        }
        return [
            Measurement(
                "decode and route events",
                "records",
                count: deliveries.count,
                bytes: values.reduce(0) { $0 + $1.count },
                laps,
                comparedWith: "JSONSerialization, same events"
            )
        ]
    }
}
