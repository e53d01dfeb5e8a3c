import Console
import Messaging
import Model

/// What pages and the API show, as the topics say it now.
struct Facts: Sendable {
    let feed: BoardFeed
    let clock: any WallClock

    func now() -> Timestamp { clock.now() }

    /// - Throws: ``Refusal/stillReading`` before the topics have been read once.
    func snapshot() throws(Refusal) -> BoardSnapshot {
        guard feed.isCaughtUp else { throw .stillReading }
        return feed.snapshot
    }

    func fleet(_ filter: ConnectionFilter) throws(Refusal) -> FleetView {
        FleetView(try snapshot(), of: filter, at: now())
    }

    func connection(_ key: ConnectionKey) throws(Refusal) -> ConnectionView {
        try Self.found(ConnectionView(try snapshot(), of: key, at: now()))
    }

    func definition(_ key: ConnectionKey) throws(Refusal) -> ConnectionDefinition {
        let definition = try snapshot().board.definition(of: key)
        return try Self.found(definition?.deletedAt == nil ? definition : nil)
    }

    /// Nil before its first run or command.
    func state(_ key: ConnectionKey) throws(Refusal) -> ConnectionState? { try snapshot().board.state(of: key) }

    /// What came of the last check that an extractor was asked for.
    /// - Throws: ``Refusal/notFound`` where none was.
    func check(_ key: ConnectionKey) throws(Refusal) -> CheckReport {
        _ = try definition(key)
        return try Self.found(try state(key)?.check)
    }

    /// Waits until the topics tell of a connection as it was just published, so that the next page shows it; a few
    /// seconds at most.
    func untilTold(_ definition: ConnectionDefinition) async throws {
        let deadline = ContinuousClock.now + .seconds(3)
        while feed.snapshot.board.definition(of: definition.key) != definition, .now < deadline {
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func extractions(_ key: ConnectionKey, _ day: Day?) throws(Refusal) -> ExtractionsView {
        let now = now()
        return try Self.found(
            ExtractionsView(try snapshot(), of: key, on: day ?? Day(of: now), at: now)
        )
    }

    /// A run in a line; nil where nothing is known of it any more.
    func run(_ run: RunID, _ key: ConnectionKey) async throws -> RunRow? {
        try await report(run, key).map(RunRow.init)
    }

    /// A run's whole report; nil where there is none any more.
    /// - Throws: ``Refusal/notFound`` where there is no such connection; `MessagingError`.
    func report(_ run: RunID, _ key: ConnectionKey) async throws -> ExtractionReport? {
        _ = try definition(key)
        return try await feed.report(of: run, key)
    }

    func loads(_ key: ConnectionKey) throws(Refusal) -> LoadsView {
        try Self.found(LoadsView(try snapshot(), of: key, at: now()))
    }

    func loads(_ key: ConnectionKey, _ table: String, _ day: Day?) throws(Refusal) -> TableLoadsView {
        let day = day ?? Day(of: now())
        return try Self.found(TableLoadsView(try snapshot(), of: key, table: table, on: day))
    }

    func rejected(_ key: ConnectionKey) throws(Refusal) -> RejectedView {
        try Self.found(RejectedView(try snapshot(), of: key))
    }

    func schemaChanges(_ key: ConnectionKey) throws(Refusal) -> SchemaChangesView {
        try Self.found(SchemaChangesView(try snapshot(), of: key))
    }

    func usage(_ filter: ConnectionFilter) throws(Refusal) -> UsageView {
        UsageView(try snapshot(), of: filter, at: now())
    }

    func alerts(_ filter: ConnectionFilter = ConnectionFilter()) throws(Refusal) -> AlertsView {
        AlertsView(try snapshot(), of: filter, at: now())
    }

    private static func found<Value>(_ value: Value?) throws(Refusal) -> Value {
        guard let value else { throw .notFound }
        return value
    }
}
