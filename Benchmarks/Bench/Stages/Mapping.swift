import Catalog
import Foundation
import Loader
import Messaging
import Model
import Work

/// Records to typed cells of rows and sub-rows.
enum Mapping {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        var read = try TicketRead()
        let events = try read.deliveries(of: workload.pages)
            .filter { $0.topic == Workload.namespace.records(.support, "tickets") }
            .map { try RecordEvent(decoding: $0.value ?? []) }
            .filter { $0.envelope.type == .upsert }
        var planner = SchemaPlanner(SchemaCatalog())
        planner.declare(Support.tickets.schema)
        let catalog = planner.catalog
        let records = events.map { Data($0.data) }
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time {
                var mapper = RowMapper(Support.tickets.schema, in: catalog)
                for event in events {
                    use(try mapper.key(of: event))
                    try mapper.add(event, receivedAt: event.envelope.time)
                }
                use(mapper.count)
            }
        } reference: {
            try await Lap.time {
                for record in records { use(try JSONSerialization.jsonObject(with: record)) }
            }
        }
        return [
            Measurement(
                "map tickets to rows and sub-rows",
                "records",
                count: events.count,
                bytes: records.reduce(0) { $0 + $1.count },
                laps,
                comparedWith: "JSONSerialization, same records"
            )
        ]
    }
}
