import Catalog
package import Loader
package import Messaging
package import Model

/// The loader's own way from deliveries to the bytes of COPY, without a server.
package struct LoaderPath {
    private let registry = ConnectionRegistry([BenchAccount.connection])
    private var routing = EventRouting(namespace: BenchAccount.namespace)
    private var accumulator = BatchAccumulator(BatchSettings())
    private var builder: BatchBuilder
    private let time = Timestamp(seconds: 1_780_000_000)

    package init() {
        let schemas = Catalog.streams(of: .support).map { ($0.name, $0.schema) }
        builder = BatchBuilder(
            catalogue: Dictionary(schemas, uniquingKeysWith: { first, _ in first }),
            catalog: SchemaCatalog(),
            filter: PositionFilter(),
            storage: RowStorage(most: BatchSettings().bytes)
        )
    }

    /// Whose each message is, and that all of it is valid.
    /// - Throws: ``NotRouted`` for a message that does not come from ``BenchAccount``.
    package mutating func route(_ deliveries: [Delivery], _ take: (BatchEvent) -> Void) throws {
        for delivery in deliveries {
            guard case .event(_, let event) = routing.route(delivery, among: registry) else { throw NotRouted() }
            take(event)
        }
    }

    /// Routes deliveries and gathers them with the default bounds.
    /// - Returns: the batches, the last one sealed before it is full.
    package mutating func batches(_ deliveries: [Delivery]) throws -> [[BatchEvent]] {
        var batches: [[BatchEvent]] = []
        for delivery in deliveries {
            guard case .event(let key, let event) = routing.route(delivery, among: registry) else { throw NotRouted() }
            batches += accumulator.add(event, of: key, at: time).map(\.events)
        }
        return batches + accumulator.sealAll().map(\.events)
    }

    /// Plans a batch, encodes its rows and lets their buffers be used again.
    package func load(_ events: [BatchEvent]) throws {
        let plan = builder.plan(events, at: time)
        try CopyChunks.encode([plan]) { use($0) }
        builder.storage?.keep(plan.load.tables)
    }

    /// Makes the tables of the events: a first batch's changes are not what a loader does all day.
    package mutating func declare(_ batches: [[BatchEvent]]) {
        for events in batches { builder.catalog = builder.plan(events, at: time).catalog }
    }
}

/// A message is not one of the measured account's.
package struct NotRouted: Error {}

extension [BatchEvent] {
    /// The JSON of the records among them.
    package var records: [ArraySlice<UInt8>] {
        compactMap { event in
            if case .upsert(let record) = event.content { record.data } else { nil }
        }
    }
}

extension TicketRead {
    /// The records of the next pages, as a consumer would get them.
    package mutating func deliveries(of pages: [[UInt8]], firstOffset: Int64 = 0) throws -> [Delivery] {
        try pages.flatMap { try messages(of: $0) }
            .filter { BenchAccount.namespace.stream(ofRecordTopic: $0.topic) != nil }
            .enumerated()
            .map { Delivery($1, offset: firstOffset + Int64($0), at: Timestamp(seconds: 1_780_000_000)) }
    }
}

extension Delivery {
    package init(_ message: Message, offset: Int64, at time: Timestamp) {
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
