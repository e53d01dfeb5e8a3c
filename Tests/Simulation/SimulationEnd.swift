import Console
import Foundation
import Loader
import Messaging
import Model
import TestSupport

/// What must be so once everything has come to its end.
struct SimulationEnd {
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    func check() throws {
        for definition in world.definitions {
            for (name, stream) in world.desk(of: definition.key).streams {
                try isThere(Array(stream.things.values), name, of: definition.key)
                try isAccountedFor(name, of: definition.key)
            }
        }
        try isTheSameBoard()
    }

    /// The table has what the account has, each record in its newest version, and nothing else.
    private func isThere(_ things: [SimulatedDesk.Thing], _ name: StreamName, of key: ConnectionKey) throws {
        let rows = (world.destinations[key]?.tables[name.rawValue] ?? [:]).filter { !$0.value.isDeleted }
        let place = "\(key) \(name)"
        let (wanted, found) = (Set(things.map { "\($0.id)" }), Set(rows.keys))
        for id in wanted.subtracting(found).sorted() {
            let row = world.destinations[key]?.tables[name.rawValue]?[id].map { "\($0)" } ?? "no row"
            throw Violation("\(place): \(id) is lost: \(row), \(world.story(of: id, in: name, of: key))")
        }
        try demand(found.isSubset(of: wanted), "\(place): too many are \(found.subtracting(wanted).sorted())")
        for thing in things {
            let row = rows["\(thing.id)"]
            try demand(row?.cells["v"] == "\(thing.version)", "\(place): \(thing) has version \(row?.cells["v"] ?? "")")
            let tags = row?.subrows["\(name)__tags"] ?? 0
            try demand(tags == thing.tags, "\(place): \(thing) has \(tags) sub-rows")
        }
    }

    /// Each event of a record is in one report, and the newest of each record in the table.
    private func isAccountedFor(_ name: StreamName, of key: ConnectionKey) throws {
        let topic = World.namespace.records(.support, name)
        let place = TopicPartition(topic: topic, partition: World.partition(of: key))
        var events = 0
        var newest: [String: Int64] = [:]
        for delivery in world.log.deliveries[place] ?? [] {
            let event = try RecordEvent(decoding: delivery.value ?? [])
            guard event.envelope.connection == key, event.envelope.type == .upsert else { continue }
            events += 1
            newest[event.envelope.subject ?? ""] = event.envelope.sequence
        }
        for (record, row) in world.destinations[key]?.tables[name.rawValue] ?? [:] {
            try demand(row.sequence == newest[record], "\(key) \(name) \(record): an older version is in the table")
        }
        let reports = try reports(of: key).filter { $0.stream == name }
        let reported = reports.reduce(0) { $0 + $1.events }
        try demand(reported == events, "\(key) \(name): \(events) events, \(reported) in reports")
    }

    /// The loading reports, each id once.
    private func reports(of key: ConnectionKey) throws -> [LoadingReport] {
        let topic = World.namespace.loadingReports
        var reports: [String: LoadingReport] = [:]
        for delivery in world.log.deliveries[TopicPartition(topic: topic, partition: World.partition(of: key))] ?? [] {
            let report = try JSONDecoder().decode(LoadingReport.self, from: Data(delivery.value ?? []))
            guard report.tenant == key.tenant else { continue }
            if let before = reports[report.id] { try demand(before == report, "two reports have the id \(report.id)") }
            reports[report.id] = report
        }
        return Array(reports.values)
    }

    /// A board that gets reports again and in another order of topics shows the same, and nothing that is to be loaded.
    private func isTheSameBoard() throws {
        var random = SplitMix64(seed: UInt64(world.log.deliveries.count))
        var once = Board()
        var often = Board()
        for definition in world.definitions {
            once.take(.definition(definition.key, definition), at: World.start)
            often.take(.definition(definition.key, definition), at: World.start)
        }
        let places = world.log.deliveries.keys.sorted()
        for place in places {
            for delivery in world.log.deliveries[place] ?? [] { take(delivery, into: &once) }
        }
        var rests = places.map { world.log.deliveries[$0]?[...] ?? [] }
        var seen: [Delivery] = []
        while let place = rests.indices.filter({ !rests[$0].isEmpty }).randomElement(using: &random) {
            guard let delivery = rests[place].popFirst() else { continue }
            take(delivery, into: &often)
            if delivery.topic.contains(".reports.") { seen.append(delivery) }
            if let again = seen.randomElement(using: &random), Bool.random(using: &random) { take(again, into: &often) }
        }
        let (shown, again) = (try views(once), try views(often))
        try demand(shown == again, "a board that gets reports again shows something else")
    }

    private func take(_ delivery: Delivery, into board: inout Board) {
        guard let fact = BoardFact(delivery, in: World.namespace) else { return }
        board.take(fact, at: delivery.timestamp)
    }

    private func views(_ board: Board) throws -> String {
        let snapshot = BoardSnapshot(board, at: world.now)
        let keys = world.definitions.map(\.key)
        return try WireJSON.text(of: FleetView(snapshot, at: world.now))
            + WireJSON.text(of: UsageView(snapshot, at: world.now))
            + WireJSON.text(of: keys.map { LoadsView(snapshot, of: $0, at: world.now) })
            + WireJSON.text(of: keys.map { ConnectionView(snapshot, of: $0, at: world.now) })
    }
}
