import Console
import Model

/// Everything that a board shows at a time, as text that differs when anything does.
struct AllViews: Encodable {
    var fleet: FleetView
    var usage: UsageView
    var alerts: AlertsView
    var connections: [ConnectionView?]
    var extractions: [ExtractionsView?]
    var loads: [LoadsView?]
    var tables: [TableLoadsView?]
    var rejected: [RejectedView?]
    var schemaChanges: [SchemaChangesView?]

    init(_ board: Board, at now: Timestamp) {
        let snapshot = BoardSnapshot(board, settings: BoardSettings(rowLimit: 1000), at: now)
        let keys = board.connections.map(\.key)
        fleet = FleetView(snapshot, at: now)
        usage = UsageView(snapshot, at: now)
        alerts = AlertsView(snapshot, at: now)
        connections = keys.map { ConnectionView(snapshot, of: $0, at: now) }
        extractions = keys.map { ExtractionsView(snapshot, of: $0, on: Day(of: now), at: now) }
        loads = keys.map { LoadsView(snapshot, of: $0, at: now) }
        tables = keys.map { TableLoadsView(snapshot, of: $0, table: "tickets", on: Day(of: now)) }
        rejected = keys.map { RejectedView(snapshot, of: $0) }
        schemaChanges = keys.map { SchemaChangesView(snapshot, of: $0) }
    }

    static func text(_ board: Board, at now: Timestamp) throws -> String {
        try WireJSON.text(of: AllViews(board, at: now))
    }
}
