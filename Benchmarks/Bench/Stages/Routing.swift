import Foundation
import Loader
import Messaging
import Model

/// Deliveries to events: whose they are, their attributes, and that all of it is valid.
enum Routing {
    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        let deliveries = try Self.deliveries(of: workload)
        let registry = ConnectionRegistry([workload.connection])
        var routing = EventRouting(namespace: Workload.namespace)
        let values = deliveries.compactMap { $0.value.map { Data($0) } }
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time {
                for delivery in deliveries {
                    guard case .event(_, let event) = routing.route(delivery, among: registry) else {
                        throw BenchError("a message was not routed to its connection")
                    }
                    use(event)
                }
            }
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

    /// The records of all pages, as a consumer would get them.
    static func deliveries(of workload: Workload) throws -> [Delivery] {
        var read = try TicketRead(workload.connection)
        return try workload.pages.flatMap { try read.messages(of: $0) }
            .filter { Workload.namespace.stream(ofRecordTopic: $0.topic) != nil }
            .enumerated()
            .map { Delivery($1, offset: Int64($0), at: Timestamp(seconds: 1_780_000_000)) }
    }
}
