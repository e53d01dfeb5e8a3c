import Destinations
import Foundation
import Loader
import Logging
import Model
import Synchronization
import Testing

@Suite("Files")
struct FilesTests {
    private static let topic = "deskpipe.records.zendesk-support"
    private let create: [SchemaChange] = [
        .createTable(TestTables.tickets), .createTable(TestTables.tags), .createTable(TestTables.groups),
        .createTable(TestTables.tagCounts), .createTable(TestTables.tagCountAliases),
    ]
    private let time = Timestamp(seconds: 1_763_632_800)

    @Test("parts are gzip, named by partition, first offset and commit, and the manifest tells which count")
    func namesParts() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            _ = try await schema.load(first()) { _ in nothing }
            let reader = FilesReader(directory: fixture.path)
            #expect(try reader.manifest().commit == 1)
            let parts = try reader.parts(of: "table=tickets")
            #expect(parts == ["table=tickets/empty-1.jsonl.gz", "table=tickets/part-4-0-1.jsonl.gz"])
            let bytes = try Gunzip.bytes(of: Data(contentsOf: URL(fileURLWithPath: "\(fixture.path)/\(parts[1])")))
            let text = String(decoding: bytes, as: UTF8.self)
            let batched = try #require(text.split(separator: "\"").last { $0.hasSuffix("Z") })
            #expect(
                text == """
                    {"id":1,"subject":"a \\"b\\"\\n\\u0001é","_sdc_sequence":10,"_sdc_batched_at":"\(batched)"}
                    {"id":2,"_sdc_sequence":11,"_sdc_batched_at":"\(batched)"}\n
                    """
            )
            _ = try await schema.load(second()) { _ in nothing }
            #expect(try reader.parts(of: "table=tickets").contains("table=tickets/part-4-2-2.jsonl.gz"))
            await schema.close()
        }
    }

    @Test("a table's name becomes a directory's whatever it holds")
    func namesDirectories() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            for name in ["../a/b", "日本", String(repeating: "x", count: 300), String(repeating: "x", count: 301)] {
                let table = Table(name: name, kind: .keyed(["id"]), columns: TestTables.tickets.columns)
                try await schema.load(changes: [.createTable(table)], [TableLoad(table, [TestRow("1", 1, ["id": 1])])])
                #expect(try fixture.query("SELECT id FROM \"\(name)\"") == [["1"]])
            }
            let names = try fixture.relations()
            #expect(names.contains("table=..%2Fa%2Fb"))
            #expect(names.contains("table=%E6%97%A5%E6%9C%AC"))
            #expect(names.count == 7 && names.allSatisfy { $0.utf8.count < 255 })
            await schema.close()
        }
    }

    @Test("a crash at any step leaves the batch whole or not at all, and loading it again gives the same")
    func survivesCrashes() async throws {
        let steps = Mutex<[String]>([])
        try await withFixture(.files) { fixture in
            let schema = try await prepared(fixture)
            await schema.close()
            let counting = try await crashing(fixture) { step in steps.withLock { $0.append(step) } }
            steps.withLock { $0 = [] }
            _ = try await counting.load(second()) { _ in try conclusion(2) }
        }
        let count = steps.withLock(\.count)
        #expect(count > 40)
        for last in 0..<count {
            try await withFixture(.files) { fixture in
                try await crash(fixture, at: last, named: steps.withLock { $0[last] })
            }
        }
    }

    private func crash(_ fixture: DestinationFixture, at last: Int, named name: String) async throws {
        let before = try await prepared(fixture)
        await before.close()
        let old = try state(fixture)
        struct Crash: Error {}
        let left = Mutex(Int.max)
        let dying = try await crashing(fixture) { _ in
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            if isOver { throw Crash() }
        }
        left.withLock { $0 = last }
        // What a reader of the disk sees is what counts; the failure itself says nothing.
        _ = try? await dying.load(second()) { _ in try conclusion(2) }
        let seen = try state(fixture)

        let again = try await fixture.open()
        #expect(try state(fixture) == seen, "opening after \(name) changed what counts")
        let isLoaded = try await again.positions() == [position(4, 21)]
        #expect(isLoaded == (seen != old), "\(name)")
        #expect(try await again.unsentMessages(atMost: 9).map(\.id) == (isLoaded ? ["m1", "m2"] : ["m1"]), "\(name)")
        if isLoaded {
            await #expect(throws: DestinationError.positionMoved) { try await again.load(second()) { _ in nothing } }
        } else {
            _ = try await again.load(second()) { _ in try conclusion(2) }
        }
        #expect(try fixture.query(Self.tickets) == [["1", "new"], ["2", nil], ["3", "c"]], "\(name)")
        #expect(try fixture.query("SELECT value FROM tickets__tags ORDER BY 1") == [["z"]], "\(name)")
        let groups = [["1", "a", "2025-11-20T10:00:00.000000Z"], ["2", "B", nil]]
        #expect(try fixture.query(Self.groups) == groups, "\(name)")
        #expect(try fixture.query("SELECT name FROM tags ORDER BY 1") == [["b"]], "\(name)")
        #expect(try fixture.query("SELECT id FROM _deskpipe_loads ORDER BY 1").count == 2, "\(name)")
        // Nothing lies about that no manifest knows.
        let counted = try FilesReader(directory: fixture.path).parts(of: "").count
        let all = FileManager.default.enumerator(atPath: fixture.path)?.compactMap { $0 as? String } ?? []
        #expect(all.filter { $0.hasSuffix(".gz") }.count == counted, "\(name)")
        #expect(all.filter { $0.hasPrefix("_deskpipe/staging/") }.isEmpty, "\(name)")
        await again.close()
    }

    @Test("parts of an older complete read go after an hour")
    func removesDropped() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await prepared(fixture)
            _ = try await schema.load(second()) { _ in nothing }
            let reader = FilesReader(directory: fixture.path)
            let dropped = try reader.manifest().dropped.map(\.path)
            #expect(dropped.count == 2)
            #expect(dropped.allSatisfy { FileManager.default.fileExists(atPath: "\(fixture.path)/\($0)") })
            let manifest = URL(fileURLWithPath: "\(fixture.path)/_deskpipe/manifest.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            let changed = text.replacing(#/"since":\d+/#, with: "\"since\":1")
            try changed.write(to: manifest, atomically: true, encoding: .utf8)
            try await schema.load()
            #expect(dropped.allSatisfy { !FileManager.default.fileExists(atPath: "\(fixture.path)/\($0)") })
            #expect(try reader.manifest().dropped.isEmpty)
            #expect(try fixture.query("SELECT name FROM tags ORDER BY 1") == [["b"]])
            await schema.close()
        }
    }

    @Test("a manifest that is gone or damaged stops loading with its path")
    func namesManifest() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await prepared(fixture)
            let manifest = "\(fixture.path)/_deskpipe/manifest.json"
            for text in ["{\"format\":1}", nil] {
                if let text {
                    try text.write(toFile: manifest, atomically: true, encoding: .utf8)
                } else {
                    try FileManager.default.removeItem(atPath: manifest)
                }
                let error = await #expect(throws: DestinationError.self) { try await schema.load() }
                #expect(error?.message.contains(manifest) == true)
            }
            await schema.close()
        }
    }

    @Test(
        "a directory that cannot be made is no right, with what to do",
        arguments: ["/proc/deskpipe", "/dev/null/x"]
    )
    func namesDirectory(path: String) async throws {
        let destination = FilesDestination(directory: path, logger: Logger(label: "test"))
        let schema = try DestinationFixture(.files).schema
        for attempt in 0..<2 {
            let error = await #expect(throws: DestinationError.self) {
                if attempt == 0 {
                    try await destination.check(schema)
                } else {
                    _ = try await destination.open(schema, owner: DestinationFixture.owner)
                }
            }
            guard case .forbidden = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("what a connection finds in its directory before and after the first load")
    func standing() async throws {
        try await withFixture(.files) { fixture in
            let standing = { try await fixture.destination.standing(of: fixture.schema, for: DestinationFixture.owner) }
            #expect(try await standing() == SchemaStanding(.absent))
            let schema = try await prepared(fixture)
            #expect(try await standing() == SchemaStanding(.own(tables: 5)))
            await schema.close()
        }
    }

    @Test("DuckDB reads the views as they are documented", .enabled(if: DuckDB.isPossible, "python3 has no duckdb"))
    func readsWithDuckDB() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await prepared(fixture)
            let row = TestRow(
                "9",
                9_223_372_036_854_775_807,
                [
                    "id": 9_007_199_254_740_993, "score": .decimal("1e400"), "is_open": true,
                    "created_at": .timestamp(time), "subject": "日本 \u{1} \\ \"",
                ]
            )
            let wide = TestRow("8", 1, ["id": 8, "score": .decimal("18446744073709551616")])
            try await schema.load([TableLoad(TestTables.tickets, [row, wide])])
            #expect(try DuckDB.query("SELECT count(*) FROM _sdc_rejected", in: fixture.path) == [["0"]])
            _ = try await schema.load(second()) { _ in try conclusion(2) }
            // Parts of a batch that is not complete do not count.
            let stray = "\(fixture.path)/table=tickets/part-4-2-99.jsonl.gz"
            let part = "\(fixture.path)/table=tickets/part-4-0-1.jsonl.gz"
            try FileManager.default.copyItem(atPath: part, toPath: stray)
            for query in [
                Self.tickets, Self.groups, "SELECT name, \"count\", _sdc_table_version FROM tags ORDER BY 1",
                "SELECT _sdc_source_key_id, _sdc_level_0_id, value, _sdc_sequence FROM tickets__tags ORDER BY 1, 2",
                "SELECT value FROM tags__aliases ORDER BY 1", "SELECT id, events FROM _deskpipe_loads ORDER BY 1",
                "SELECT count(*) FROM raw.tickets", "SELECT count(*) FROM raw.tags",
            ] {
                let expected = try fixture.query(query)
                #expect(!expected.isEmpty)
                #expect(try DuckDB.query(query, in: fixture.path) == expected, "\(query)")
            }
            let found = try DuckDB.query(
                "SELECT id, score, is_open, epoch_us(created_at), subject, _sdc_sequence FROM tickets "
                    + "WHERE id > 7 ORDER BY 1",
                in: fixture.path
            )
            #expect(
                found == [
                    ["8", "1.8446744073709552e+19", nil, nil, nil, "1"],
                    [
                        "9007199254740993", "inf", "True", "1763632800000000", "日本 \u{1} \\ \"", "9223372036854775807",
                    ],
                ]
            )
            await schema.close()
        }
    }

    private static let tickets = "SELECT id, subject FROM tickets WHERE id < 8 ORDER BY id"
    private static let groups = """
        SELECT id, name, CASE WHEN _sdc_deleted_at IS NULL THEN NULL ELSE '2025-11-20T10:00:00.000000Z' END \
        FROM groups ORDER BY id
        """
    private let nothing = Conclusion(reports: [], outbox: [])

    /// All that a reader finds.
    private func state(_ fixture: DestinationFixture) throws -> [[[String?]]] {
        try ["tickets", "tickets__tags", "groups", "tags", "tags__aliases"].map { table in
            try fixture.query("SELECT * FROM \(table) ORDER BY 1, 2")
        } + [fixture.query("SELECT id FROM _deskpipe_loads ORDER BY 1")]
    }

    private func prepared(_ fixture: DestinationFixture) async throws -> any DestinationSchema {
        let schema = try await fixture.open()
        _ = try await schema.load(first()) { _ in try conclusion(1) }
        return schema
    }

    private func crashing(
        _ fixture: DestinationFixture,
        _ beforeStep: @escaping @Sendable (String) throws -> Void
    ) async throws -> any DestinationSchema {
        let logger = Logger(label: "test")
        let destination = FilesDestination(directory: fixture.directory, logger: logger, beforeStep: beforeStep)
        return try await destination.open(fixture.schema, owner: DestinationFixture.owner)
    }

    private func position(_ offset: Int64, _ sequence: Int64) -> LogPosition {
        LogPosition(topic: "\(Self.topic).tickets", partition: 4, nextOffset: offset, sequence: sequence)
    }

    private func first() -> LoadBatch {
        LoadBatch(
            changes: create,
            tables: [
                tickets([
                    TestRow("1", 10, ["id": 1, "subject": "a \"b\"\n\u{1}é"], subrows: tags(1, ["x", "y"])),
                    TestRow("2", 11, ["id": 2]),
                ]),
                TableLoad(TestTables.groups, [group(1, 10, version: 1, "a"), group(2, 11, version: 1, "b")]),
                counts([count("a", 10, version: 1), count("b", 11, version: 1)]),
            ],
            positions: [PositionChange(expected: nil, new: position(2, 11))]
        )
    }

    private func second() -> LoadBatch {
        LoadBatch(
            tables: [
                tickets([
                    TestRow("1", 20, ["id": 1, "subject": "new"], subrows: tags(1, ["z"])),
                    TestRow("3", 21, ["id": 3, "subject": "c"]),
                ]),
                TableLoad(TestTables.groups, [group(2, 21, version: 2, "B")]),
                counts([count("b", 21, version: 2)]),
            ],
            versions: ["groups", "tags"].map { VersionChange(table: $0, tableVersion: 2, time: time) },
            positions: [PositionChange(expected: position(2, 11), new: position(4, 21))]
        )
    }

    private func tickets(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tickets, rows, subtables: [TestTables.tags])
    }

    private func tags(_ id: Int64, _ values: [String]) -> [String: [KeyValuePairs<String, TestValue>]] {
        ["tickets__tags": TestTables.tags(id, values)]
    }

    private func group(_ id: Int64, _ sequence: Int64, version: Int64, _ name: String) -> TestRow {
        TestRow("\(id)", sequence, version: version, digest: name, ["id": .integer(id), "name": .text(name)])
    }

    private func counts(_ rows: [TestRow]) -> TableLoad {
        TableLoad(TestTables.tagCounts, rows, subtables: [TestTables.tagCountAliases])
    }

    private func count(_ name: String, _ sequence: Int64, version: Int64) -> TestRow {
        TestRow(
            name,
            sequence,
            version: version,
            ["name": .text(name), "count": .integer(sequence)],
            subrows: ["tags__aliases": [["_sdc_source_key_name": .text(name), "_sdc_level_0_id": 0, "value": "v"]]]
        )
    }

    private func conclusion(_ number: Int) throws -> Conclusion {
        let message = OutboxMessage(id: "m\(number)", topic: "t", key: "k", body: "{}")
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return Conclusion(reports: [try TestReport.make("r\(number)", at: now)], outbox: [message])
    }
}
