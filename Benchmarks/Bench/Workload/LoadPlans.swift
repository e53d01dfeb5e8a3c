import Catalog
import Loader
import Messaging
import Model

/// The loader's own way from messages to batches, with the default bounds, as far as it needs no destination.
struct LoadPlans: Sendable {
    /// Batches that insert all records, then those that update them.
    private(set) var inserts: [BatchPlan] = []
    private(set) var updates: [BatchPlan] = []
    let connection: ConnectionDefinition

    private var builder: BatchBuilder
    private var nextOffsets: [TopicPartition: Int64] = [:]

    init(_ workload: Workload) throws {
        connection = workload.connection
        let schemas = Catalog.streams(of: .support).map { ($0.name, $0.schema) }
        builder = BatchBuilder(
            catalogue: Dictionary(schemas, uniquingKeysWith: { first, _ in first }),
            catalog: SchemaCatalog(),
            filter: PositionFilter()
        )
        inserts = try plans(of: workload, receivedAt: Timestamp(seconds: 1_780_000_000))
        updates = try plans(of: workload, receivedAt: Timestamp(seconds: 1_790_000_000))
    }

    private mutating func plans(of workload: Workload, receivedAt: Timestamp) throws -> [BatchPlan] {
        var read = try TicketRead(connection, receivedAt: receivedAt)
        var accumulator = BatchAccumulator(BatchSettings())
        var plans: [BatchPlan] = []
        for page in workload.pages {
            for delivery in deliveries(try read.messages(of: page), at: receivedAt) {
                guard let event = try Self.event(delivery, of: connection) else { continue }
                for batch in accumulator.add(event, of: connection.key, at: receivedAt) { plans.append(plan(batch)) }
            }
        }
        for batch in accumulator.sealAll() { plans.append(plan(batch)) }
        return plans
    }

    /// As a consumer would get them.
    private mutating func deliveries(_ messages: [Message], at time: Timestamp) -> [Delivery] {
        messages.map { message in
            let partition = TopicPartition(topic: message.topic, partition: message.partition)
            let offset = nextOffsets[partition, default: 0]
            nextOffsets[partition] = offset + 1
            return Delivery(message, offset: offset, at: time)
        }
    }

    private static func event(_ delivery: Delivery, of connection: ConnectionDefinition) throws -> BatchEvent? {
        guard Workload.namespace.stream(ofRecordTopic: delivery.topic) != nil else { return nil }
        let routing = EventRouting(namespace: Workload.namespace)
        guard case .event(_, let event) = routing.route(delivery, among: ConnectionRegistry([connection])) else {
            throw BenchError("a message was not routed to its connection")
        }
        return event
    }

    private mutating func plan(_ batch: OpenBatch) -> BatchPlan {
        let plan = builder.plan(batch.events, at: batch.openedAt)
        builder.catalog = plan.catalog
        builder.declarations = plan.declarations
        for change in plan.load.positions { builder.filter.loaded(change.new) }
        return plan
    }
}

extension BatchPlan {
    /// Of root tables and sub-tables.
    var rows: Int {
        load.tables.reduce(0) { $0 + $1.rows.count + $1.subtables.reduce(0) { $0 + $1.rows.count } }
    }
}

extension Delivery {
    init(_ message: Message, offset: Int64, at time: Timestamp) {
        self.init(
            topic: message.topic,
            partition: message.partition,
            offset: offset,
            timestamp: time,
            key: Array(message.key.utf8)[...],
            value: message.value
        )
    }
}
