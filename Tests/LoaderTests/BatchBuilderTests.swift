import Loader
import Messaging
import Model
import TestSupport
import Testing

@Suite("BatchBuilder")
struct BatchBuilderTests {
    private let builder = BatchBuilder(
        catalogue: ["tickets": ticketSchema],
        catalog: SchemaCatalog(),
        filter: PositionFilter()
    )

    @Test("of a key's records the newest sequence stays, whatever their order; the others count as superseded")
    func newestStays() throws {
        let scene = try Scene()
        let events = [
            scene.upsert(#"{"id":1,"subject":"new","tags":["n"]}"#, of: "tickets", sequence: 9, offset: 0),
            scene.upsert(#"{"id":1,"subject":"old","tags":["o","p"]}"#, of: "tickets", sequence: 5, offset: 1),
            scene.upsert(#"{"id":2}"#, of: "tickets", sequence: 6, offset: 2),
            scene.upsert(#"{"id":1,"subject":"tie","tags":["t"]}"#, of: "tickets", sequence: 9, offset: 3),
        ]
        let plan = builder.plan(events, at: Scene.receivedAt)
        let table = try #require(plan.load.tables.first)
        #expect(rendered(table.rows) == ["id=2", "id=1 subject=tie"])
        let tags = table.subtables.first { $0.table.name == "tickets__tags" }
        #expect(tags?.rows.count == 1 && tags?.parents == [1])
        let account = try #require(plan.accounts.first)
        #expect(account.events == 4 && account.superseded == 2 && account.rows == 2)
        #expect(plan.load.positions.map(\.new.nextOffset) == [4] && plan.load.positions.first?.new.sequence == 9)
    }

    @Test("where the newest record of a key is rejected the next newest is loaded")
    func fallsBack() throws {
        let scene = try Scene()
        let events = [
            scene.upsert(#"{"id":1,"subject":"good"}"#, of: "tickets", sequence: 1, offset: 0),
            scene.upsert(#"{"id":1,"a":[{"b":[1]}],"a__b":[2]}"#, of: "tickets", sequence: 2, offset: 1),
        ]
        let plan = builder.plan(events, at: Scene.receivedAt)
        #expect(plan.load.tables.map { rendered($0.rows) } == [["id=1 subject=good"]])
        #expect(plan.load.rejected.map(\.offset) == [1])
        #expect(plan.load.rejected.map(\.replayable) == [true])
        #expect(plan.accounts.map(\.superseded) == [0])
    }

    @Test("a report accounts for every event, and an outcome that does not add up throws")
    func arithmetic() throws {
        let scene = try Scene()
        let json = #"{"id":3,"updated_at":"2026-11-20T10:00:00Z"}"#
        let events = [
            scene.upsert(json, of: "tickets", sequence: 1, offset: 10),
            scene.upsert(#"{"id":4,"updated_at":"2026-11-20T09:00:00Z"}"#, of: "tickets", sequence: 2, offset: 11),
            scene.event(.undecodable(reason: "broken", value: [0x7b, 0, 0xff]), of: "tickets", offset: 12),
        ]
        let plan = builder.plan(events, at: Scene.receivedAt)
        var outcome = LoadOutcome(batchedAt: Scene.receivedAt, tables: ["tickets": TableOutcome()])
        outcome.tables["tickets"]?.inserted = 1
        outcome.tables["tickets"]?.superseded = 1
        func conclude() throws -> Conclusion {
            try plan.conclusion(
                outcome,
                of: scene.definition,
                namespace: scene.namespace,
                startedAt: Scene.receivedAt,
                completedAt: Scene.receivedAt + .seconds(2)
            )
        }
        let conclusion = try conclude()
        let report = try #require(conclusion.reports.first)
        #expect(report.events == 3 && report.rowsLoaded == 1 && report.rowsSuperseded == 1 && report.rowsRejected == 1)
        #expect(report.maxBookmark?.value == "2026-11-20T10:00:00.000Z")
        #expect(report.batch.firstOffset == 10 && report.batch.lastOffset == 12)
        #expect(report.lagMilliseconds == 62_000 && report.durationMilliseconds == 2000)
        #expect(conclusion.outbox.map(\.topic) == ["deskpipe.reports.loading", "deskpipe.rejected"])
        #expect(plan.load.rejected.first?.record == "{\u{FFFD}\u{FFFD}")
        #expect(try conclude().reports.map(\.id) == [report.id])
        outcome.tables["tickets"]?.superseded = 0
        #expect(throws: LoaderError.imbalance(table: "tickets", events: 3, accounted: 2)) { try conclude() }
    }

    @Test("schema and version events make tables and count as no record")
    func control() throws {
        let scene = try Scene()
        var schema = ticketSchema
        schema.columns.append(ColumnDefinition(path: "plan.name", type: .string))
        let events = [
            scene.event(.schema(schema, scene.envelope(.schema, "tickets", sequence: 5)), of: "tickets", offset: 0),
            scene.event(
                .version(.init(stream: "tickets", tableVersion: 7), scene.envelope(.version, "tickets", sequence: 6)),
                of: "tickets",
                offset: 1
            ),
        ]
        let plan = builder.plan(events, at: Scene.receivedAt)
        #expect(plan.accounts.map(\.events) == [0])
        #expect(plan.catalog.tables["tickets"]?.columns.contains(Column("plan__name", .text)) == true)
        #expect(plan.load.versions == [VersionChange(table: "tickets", tableVersion: 7, time: Scene.extractedAt)])
        #expect(plan.declarations["tickets"]?.sequence == 5)
    }

    @Test("events from another log move the position back, and the report says so")
    func otherLog() throws {
        let scene = try Scene()
        var builder = builder
        let old = LogPosition(
            topic: "deskpipe.records.zendesk-support.tickets",
            partition: 3,
            nextOffset: 500,
            sequence: 7
        )
        builder.filter = PositionFilter([old])
        var event = scene.upsert(#"{"id":1}"#, of: "tickets", sequence: 8, offset: 0)
        event.isFromOtherLog = true
        let plan = builder.plan([event], at: Scene.receivedAt)
        #expect(plan.load.positions.map(\.expected) == [old])
        #expect(plan.load.positions.map(\.new.nextOffset) == [1])
        #expect(plan.accounts.first?.changes.contains { $0.contains("500 -> 1: another log") } == true)
    }

    @Test("the tables are the same whatever order and batches the records come in", arguments: 1...40)
    func orderDoesNotMatter(_ seed: Int) throws {
        let scene = try Scene()
        var random = SplitMix64(seed: UInt64(seed))
        let events = (0..<60).map { place in
            let id = Int.random(in: 0..<12, using: &random)
            let tags = (0..<Int.random(in: 0...3, using: &random)).map { "\"t\($0)-\(place)\"" }.joined(separator: ",")
            let json = #"{"id":\#(id),"subject":"v\#(place)","tags":[\#(tags)]}"#
            return scene.upsert(json, of: "tickets", sequence: Int64(place), offset: Int64(place))
        }
        let once = load([events])
        var parts: [[BatchEvent]] = [[]]
        for event in events.shuffled(using: &random) + events.prefix(10) {
            parts[parts.count - 1].append(event)
            if Int.random(in: 0..<8, using: &random) == 0 { parts.append([]) }
        }
        #expect(load(parts) == once, "seed \(seed)")
        #expect(once.count == Set(once.keys).count && !once.isEmpty)
    }

    /// What a destination does with batches, in memory: newest sequence wins, sub-rows go with their record.
    private func load(_ batches: [[BatchEvent]]) -> [String: [String]] {
        var builder = builder
        var held: [String: (sequence: Int64, rows: [String])] = [:]
        for batch in batches {
            let plan = builder.plan(batch, at: Scene.receivedAt)
            builder.catalog = plan.catalog
            for table in plan.load.tables {
                for (place, row) in rendered(table.rows).enumerated() {
                    let record = table.records[place]
                    let key = String(row.split(separator: " ")[0])
                    if let earlier = held[key], earlier.sequence >= record.sequence { continue }
                    let subrows = table.subtables.flatMap { subtable in
                        zip(subtable.parents, rendered(subtable.rows)).filter { $0.0 == place }.map(\.1)
                    }
                    held[key] = (record.sequence, [row] + subrows)
                }
            }
        }
        return held.mapValues(\.rows)
    }
}
