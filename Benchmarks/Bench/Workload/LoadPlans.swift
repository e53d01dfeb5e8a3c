import Catalog
import Loader
import Messaging
import Model
import Work

/// Deliveries that insert rows and deliveries that update every one of them, and the batches that the loader makes of
/// them with its default bounds.
struct LoadPlans: Sendable {
    let connection: ConnectionDefinition
    private(set) var inserts: [BatchPlan] = []
    private(set) var updates: [BatchPlan] = []

    /// Tickets and their metrics, as they come from the workload's pages.
    init(_ workload: Workload) throws {
        var offsets: [TopicPartition: Int64] = [:]
        let schemas = Catalog.streams(of: .support).map { ($0.name, $0.schema) }
        func tickets(receivedAt time: Timestamp) throws -> [Delivery] {
            var read = try TicketRead(workload.connection, receivedAt: time)
            return try workload.pages.flatMap { page in
                try read.messages(of: page).compactMap { message in
                    guard Workload.namespace.stream(ofRecordTopic: message.topic) != nil else { return nil }
                    let partition = TopicPartition(topic: message.topic, partition: message.partition)
                    let offset = offsets[partition, default: 0]
                    offsets[partition] = offset + 1
                    return Delivery(message, offset: offset, at: time)
                }
            }
        }
        try self.init(
            workload.connection,
            Dictionary(schemas, uniquingKeysWith: { first, _ in first }),
            inserts: tickets(receivedAt: Timestamp(seconds: 1_780_000_000)),
            updates: tickets(receivedAt: Timestamp(seconds: 1_790_000_000))
        )
    }

    /// Rows of a table without sub-tables.
    init(_ connection: ConnectionDefinition, _ rows: WideRows) throws {
        try self.init(
            connection,
            [WideRows.schema.stream: WideRows.schema],
            inserts: rows.deliveries(of: connection, firstOffset: 0, version: 0),
            updates: rows.deliveries(of: connection, firstOffset: Int64(rows.count), version: 1)
        )
    }

    private init(
        _ connection: ConnectionDefinition,
        _ catalogue: [StreamName: StreamSchema],
        inserts: [Delivery],
        updates: [Delivery]
    ) throws {
        self.connection = connection
        var builder = BatchBuilder(catalogue: catalogue, catalog: SchemaCatalog(), filter: PositionFilter())
        self.inserts = try Self.plans(inserts, &builder, connection)
        self.updates = try Self.plans(updates, &builder, connection)
    }

    /// How many rows one of the two writes, sub-rows among them.
    var rows: Int { inserts.reduce(0) { $0 + $1.rows } }

    /// Routes deliveries, gathers and plans them, each batch as if those before it were loaded.
    static func plans(
        _ deliveries: [Delivery],
        _ builder: inout BatchBuilder,
        _ connection: ConnectionDefinition
    ) throws -> [BatchPlan] {
        var routing = EventRouting(namespace: Workload.namespace)
        let registry = ConnectionRegistry([connection])
        var accumulator = BatchAccumulator(BatchSettings())
        var batches: [OpenBatch] = []
        for delivery in deliveries {
            guard case .event(_, let event) = routing.route(delivery, among: registry) else {
                throw BenchError("a message was not routed to its connection")
            }
            batches += accumulator.add(event, of: connection.key, at: delivery.timestamp)
        }
        return (batches + accumulator.sealAll()).map { batch in
            let plan = builder.plan(batch.events, at: batch.openedAt)
            builder.catalog = plan.catalog
            builder.declarations = plan.declarations
            for change in plan.load.positions { builder.filter.loaded(change.new) }
            return plan
        }
    }
}

extension BatchPlan {
    /// Of root tables and sub-tables.
    var rows: Int {
        load.tables.reduce(0) { $0 + $1.rows.count + $1.subtables.reduce(0) { $0 + $1.rows.count } }
    }
}
