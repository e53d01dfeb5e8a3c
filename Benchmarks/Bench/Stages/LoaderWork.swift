import Catalog
import Loader
import Messaging
import Model

/// The processor time of the loader itself: a batch's events to the bytes of COPY, all tables and sub-tables, without a
/// server.
enum LoaderWork {
    /// What a thousand bytes of records' JSON may take, in microseconds.
    static let bound = 4.0

    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        let batches = try EventBatches(workload)
        let records = batches.events.joined().compactMap { event in
            if case .upsert(let record) = event.content { Optional(record.data) } else { nil }
        }
        // The tables are there: a first batch's changes are not what a loader does all day.
        var builder = batches.builder
        for events in batches.events { builder.catalog = builder.plan(events, at: batches.time).catalog }
        var buffer: [UInt8] = []
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time {
                for events in batches.events {
                    let plan = builder.plan(events, at: batches.time)
                    try CopyEncoding.encode([plan]) { use($0) }
                    builder.storage?.keep(plan.load.tables)
                }
            }
        } reference: {
            await Lap.time {
                for record in records {
                    buffer.removeAll(keepingCapacity: true)
                    buffer += record
                    use(buffer)
                }
            }
        }
        var measurement = Measurement(
            "map records and encode for COPY",
            "records",
            count: records.count,
            bytes: records.reduce(0) { $0 + $1.count },
            laps,
            comparedWith: "memcpy of the records"
        )
        measurement.boundMicrosecondsPerKilobyte = bound
        return [measurement]
    }
}

/// The events of all pages as batches with the default bounds, and the builder that plans them.
private struct EventBatches {
    private(set) var events: [[BatchEvent]] = []
    let builder: BatchBuilder
    let time = Timestamp(seconds: 1_780_000_000)

    init(_ workload: Workload) throws {
        let schemas = Catalog.streams(of: .support).map { ($0.name, $0.schema) }
        builder = BatchBuilder(
            catalogue: Dictionary(schemas, uniquingKeysWith: { first, _ in first }),
            catalog: SchemaCatalog(),
            filter: PositionFilter(),
            storage: RowStorage(most: BatchSettings().bytes)
        )
        let registry = ConnectionRegistry([workload.connection])
        var routing = EventRouting(namespace: Workload.namespace)
        var accumulator = BatchAccumulator(BatchSettings())
        for delivery in try Routing.deliveries(of: workload) {
            guard case .event(let key, let event) = routing.route(delivery, among: registry) else {
                throw BenchError("a message was not routed to its connection")
            }
            events += accumulator.add(event, of: key, at: time).map(\.events)
        }
        events += accumulator.sealAll().map(\.events)
    }
}
