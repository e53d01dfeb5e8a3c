import Destinations
import Foundation
import Loader
import Logging
import Model
import Testing

@Suite("Destination: rejected records")
struct RejectTests {
    static let kinds = DestinationFixture.kinds

    @Test("rejected records are read in bounded pages, and counted by table and reason", arguments: kinds)
    func reads(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            let rows = (0..<250).map { place in
                ReplayStage.row(
                    "{\"id\":\(place),\"text\":\"\(String(repeating: "x", count: 1000))\"}",
                    reason: place % 2 == 0 ? "even" : "odd",
                    offset: Int64(place),
                    isReplayable: place >= 10
                )
            }
            try await stage.reject(Array(rows[..<120]))
            try await stage.reject(Array(rows[120...]))
            await schema.close()
            let looked = try await fixture.destination.look(at: fixture.schema, owner: DestinationFixture.owner)
            let reader = try #require(looked)
            var found: [StoredRejection] = []
            var pages = 0
            while true {
                let page = try await reader.rejected(
                    RejectedSelection(),
                    atMost: 100,
                    bytes: 50_000,
                    after: found.last?.place
                )
                if page.isEmpty { break }
                #expect(page.count <= 50, "bounded by bytes")
                found += page
                pages += 1
            }
            #expect(found.map(\.row) == rows && pages >= 5)
            let groups = try await reader.rejectedGroups(RejectedSelection())
            #expect(groups.map(\.reason) == ["even", "even", "odd", "odd"])
            #expect(groups.map(\.count).sorted() == [5, 5, 120, 120])
            #expect(groups.allSatisfy { $0.first == ReplayStage.time && $0.last == ReplayStage.time })
            var selection = RejectedSelection(table: "tickets", reason: "ev")
            selection.isReplayable = true
            #expect(try await reader.rejectedGroups(selection).map(\.count) == [120])
            #expect(try await reader.rejected(selection, atMost: 1, bytes: 1, after: nil).map(\.row) == [rows[10]])
            selection.until = ReplayStage.time - .seconds(1)
            #expect(try await reader.rejectedGroups(selection).isEmpty)
            await reader.close()
        }
    }

    @Test("looking at a schema that is not there makes nothing", arguments: kinds)
    func looksWithoutTrace(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let looked = try await fixture.destination.look(at: fixture.schema, owner: DestinationFixture.owner)
            #expect(looked == nil)
            let exists = try fixture.exists()
            #expect(!exists)
        }
    }

    @Test("a replay loads what can be loaded now; the rest stays with its newest reason", arguments: kinds)
    func replays(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var stage = ReplayStage(schema: schema)
            _ = try await stage.load(["{\"id\":1,\"text\":\"newer\"}"], of: RecordLoader.tickets, from: 5000)
            let position = LogPosition(topic: ReplayStage.topic, partition: 3, nextOffset: 900, sequence: 900)
            _ = try await schema.load(LoadBatch(positions: [PositionChange(expected: nil, new: position)])) { _ in
                Conclusion(reports: [], outbox: [])
            }
            var rows = (1...100).map { id in
                ReplayStage.row(
                    "{\"id\":\(id),\"text\":\"replayed\",\"tags\":[\"a\",\"b\"],\"late\":\(id)}",
                    sequence: 1000 + Int64(id),
                    offset: Int64(id)
                )
            }
            rows.append(ReplayStage.row("{\"text\":\"no key\"}", offset: 201))
            rows.append(ReplayStage.row("{\"id\":202,", offset: 202))
            rows.append(ReplayStage.row("{\"id\":203}", sequence: nil, offset: 203))
            rows.append(ReplayStage.row("{\"id\":204,\"te", reason: "cut", offset: 204, isReplayable: false))
            rows.append(ReplayStage.row("{\"id\":205}", table: "unheard", offset: 205))
            let elements = [String](repeating: "0", count: 100_001).joined(separator: ",")
            rows.append(ReplayStage.row("{\"id\":206,\"tags\":[\(elements)]}", offset: 206))
            try await stage.reject(rows)
            stage.settings.rows = 40
            let replayed = try await stage.replay()
            var tickets = ReplayedTable(name: "tickets")
            // Of a directory of files every version is a row; the view shows the newest.
            (tickets.loaded, tickets.superseded) = kind == .files ? (100, 0) : (99, 1)
            (tickets.rejected, tickets.hopeless) = (4, 1)
            var unheard = ReplayedTable(name: "unheard")
            unheard.rejected = 1
            #expect(replayed == [tickets, unheard])
            #expect(try fixture.query("SELECT text FROM tickets WHERE id = 1") == [["newer"]])
            #expect(try fixture.count("SELECT count(*) FROM tickets WHERE text = 'replayed' AND late = id") == 99)
            #expect(try fixture.count("SELECT count(*) FROM tickets__tags") == 198)
            let left = try fixture.query("SELECT \"offset\", reason FROM _sdc_rejected ORDER BY \"offset\"")
            #expect(left.compactMap { $0[0] } == ["201", "202", "203", "204", "205", "206"])
            #expect(left[0][1] == "the key field `id` is null or missing")
            #expect(left[1][1] == "the stored record is not valid JSON: it ends too early")
            #expect(left[3][1] == "cut")
            #expect(left[5][1] == "the arrays of the record have more than 100000 elements")
            #expect(try await schema.positions() == [position])
            // What can be tried again is tried again, and nothing else.
            tickets.loaded = 0
            (tickets.superseded, tickets.rejected, tickets.hopeless) = (0, 2, 3)
            #expect(try await stage.replay(RejectedSelection(table: "tickets")) == [tickets])
            #expect(try fixture.count("SELECT count(*) FROM _sdc_rejected") == 6)
            await schema.close()
        }
    }

    @Test("a replay's reports add up, and say that they are of a replay", arguments: kinds)
    func reports(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            let records = (1...50).map { ReplayStage.row("{\"id\":\($0)}", sequence: Int64($0), offset: Int64($0)) }
            try await stage.reject(records + [ReplayStage.row("{}", offset: 99)])
            _ = try await stage.replay()
            let reports = try fixture.query("SELECT report FROM _deskpipe_loads").compactMap { $0[0] }.map {
                try JSONDecoder().decode(LoadingReport.self, from: Data($0.utf8))
            }
            #expect(reports.count == 2 && Set(reports.map(\.id)).count == 2)
            #expect(reports.allSatisfy { $0.isBalanced && $0.isReplay == true && $0.maxBookmark == nil })
            #expect(reports.reduce(0) { $0 + $1.rowsLoaded } == 50)
            #expect(reports.reduce(0) { $0 + $1.rowsRejected } == 1)
            let ranges = reports.map(\.batch).sorted { $0.firstOffset < $1.firstOffset }
            #expect(ranges.map(\.firstOffset) == [1, 41] && ranges.map(\.lastOffset) == [40, 99])
            #expect(try await schema.unsentMessages(atMost: 10).count == 2)
            await schema.close()
        }
    }

    @Test("a record of an older complete read does not come back", arguments: kinds)
    func outdated(kind: DestinationKind) async throws {
        let tags = StreamSchema(
            stream: "tags",
            key: ["name"],
            replication: .full,
            replicationKey: nil,
            columns: [ColumnDefinition(path: "name", type: .string), ColumnDefinition(path: "count", type: .integer)]
        )
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let table = TestTables.tagCounts
            let time = ReplayStage.time
            try await schema.load(
                changes: [.createTable(table)],
                [TableLoad(table, [TestRow("a", 10, version: 2, ["name": "a", "count": 1, "_sdc_table_version": 2])])],
                versions: [VersionChange(table: "tags", tableVersion: 2, time: time)]
            )
            var stage = ReplayStage(schema: schema)
            stage.streams = [tags]
            try await stage.reject([
                ReplayStage.row("{\"name\":\"gone\"}", table: "tags", sequence: 5, version: 1, offset: 1),
                ReplayStage.row("{\"name\":\"b\"}", table: "tags", sequence: 11, version: 2, offset: 2),
            ])
            let replayed = try await stage.replay()
            #expect(replayed.map(\.superseded) == [1] && replayed.map(\.loaded) == [1])
            #expect(try fixture.query("SELECT name FROM tags ORDER BY name") == [["a"], ["b"]])
            #expect(try fixture.count("SELECT count(*) FROM _sdc_rejected") == 0)
            await schema.close()
        }
    }

    @Test("what fails before the commit leaves rows and rejected records as they were", arguments: kinds)
    func isAtomic(kind: DestinationKind) async throws {
        struct Crash: Error {}
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let stage = ReplayStage(schema: schema)
            try await stage.reject([ReplayStage.row("{\"id\":1}"), ReplayStage.row("{\"id\":2}", offset: 8)])
            let rows = try await schema.rejected(RejectedSelection(), atMost: 10, bytes: 1000, after: nil)
            let batch = LoadBatch(
                changes: [.createTable(TestTables.tickets)],
                tables: [TableLoad(TestTables.tickets, [TestRow("1", 1, ["id": 1])])],
                replayed: rows.map(\.place)
            )
            await #expect(throws: Crash.self) { try await schema.load(batch) { _ in throw Crash() } }
            #expect(try fixture.count("SELECT count(*) FROM _sdc_rejected") == 2)
            #expect(try await schema.catalog().tables.isEmpty)
            // A row that someone has taken meanwhile stops the batch.
            _ = try await schema.load(LoadBatch(replayed: [rows[0].place])) { _ in Conclusion(reports: [], outbox: []) }
            await #expect(throws: DestinationError.positionMoved) {
                try await schema.load(batch) { _ in Conclusion(reports: [], outbox: []) }
            }
            #expect(try await schema.catalog().tables.isEmpty)
            let left = try await schema.rejected(RejectedSelection(), atMost: 10, bytes: 1000, after: nil)
            #expect(left.map(\.row) == [rows[1].row])
            await schema.close()
        }
    }

    @Test("two replays at once load each record once", arguments: kinds)
    func twice(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            let second = try await fixture.open()
            let rows = (1...300).map { ReplayStage.row("{\"id\":\($0)}", sequence: Int64($0), offset: Int64($0)) }
            try await ReplayStage(schema: first).reject(rows)
            async let one = ReplayStage(schema: first).replay()
            async let two = ReplayStage(schema: second).replay()
            let loaded = try await (one + two).reduce(0) { $0 + $1.loaded }
            #expect(loaded == 300)
            #expect(try fixture.count("SELECT count(*) FROM tickets") == 300)
            #expect(try fixture.count("SELECT count(*) FROM _sdc_rejected") == 0)
            await first.close()
            await second.close()
        }
    }

    @Test("a crash at any step of a replay into files leaves each record replayed or rejected, never both")
    func crashes() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            let rows = (1...20).map { ReplayStage.row("{\"id\":\($0)}", sequence: Int64($0), offset: Int64($0)) }
            try await ReplayStage(schema: schema).reject(rows)
            await schema.close()
            struct Crash: Error {}
            var steps = 0
            while true {
                let left = StepCount(steps)
                let destination = FilesDestination(directory: fixture.directory, logger: Logger(label: "test")) { _ in
                    if left.isSpent() { throw Crash() }
                }
                var hasEnded = false
                do {
                    let opened = try await destination.open(fixture.schema, owner: DestinationFixture.owner)
                    var stage = ReplayStage(schema: opened)
                    stage.settings.rows = 7
                    _ = try await stage.replay()
                    hasEnded = true
                } catch is Crash {}
                let rejected = try fixture.count("SELECT count(*) FROM _sdc_rejected")
                let loaded = try? fixture.count("SELECT count(*) FROM tickets")
                #expect(rejected + (loaded ?? 0) == 20, "after \(steps) steps")
                if hasEnded { break }
                steps += 1
            }
            #expect(try fixture.count("SELECT count(*) FROM tickets") == 20 && steps > 10)
        }
    }
}
