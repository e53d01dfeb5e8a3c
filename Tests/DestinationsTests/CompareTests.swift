import Foundation
import GRDB
import Model
import TestSupport
import Testing

@testable import Destinations

@Suite("Which columns hold the same field")
struct ColumnPairingTests {
    private static func pairing(_ schema: [(String, String)], _ with: [(String, String)]) -> ColumnPairing {
        let table = { (columns: [(String, String)]) in
            TableFacts(
                name: "tickets",
                columns: columns.map { ColumnFacts(name: $0.0, type: $0.1, kind: ValueKind(postgreSQL: $0.1)) }
            )
        }
        return ColumnPairing(Sides(schema: table(schema), with: table(with)), key: ["id"])
    }

    @Test("a split field is one field, under whichever names its columns are")
    func split() {
        let pairing = Self.pairing(
            [("id", "bigint"), ("score__it", "integer"), ("score__st", "text"), ("_sdc_sequence", "bigint")],
            [("id", "bigint"), ("score", "numeric")]
        )
        #expect(pairing.matches.map(\.name) == ["score"])
        #expect(pairing.matches.first?.isSplit == true && pairing.matches.first?.isDirect == false)
        #expect(pairing.single.schema.isEmpty && pairing.single.with.isEmpty)
    }

    @Test("a name that only looks like a split column stands for itself")
    func unsplit() {
        let pairing = Self.pairing([("address__st", "text")], [("address__st", "text"), ("ward__de", "text")])
        #expect(pairing.matches.map(\.name) == ["address__st"] && pairing.matches.first?.isSplit == false)
        #expect(pairing.single.with.map(\.name) == ["ward__de"])
        #expect(ColumnPairing.base(of: "a__it") == "a" && ColumnPairing.base(of: "__it") == nil)
    }

    @Test(
        "types of one kind are compared as they are",
        arguments: [
            ("integer", "bigint", true), ("numeric(38,6)", "double precision", true),
            ("timestamp without time zone", "timestamp(3) with time zone", true),
            ("character varying(128)", "text", true),
            ("bigint", "text", false), ("boolean", "text", false), ("jsonb", "text", false),
        ]
    )
    func kinds(x: String, y: String, isDirect: Bool) {
        #expect(Self.pairing([("a", x)], [("a", y)]).matches.first?.isDirect == isDirect)
    }
}

@Suite("Comparing two SQLite files")
struct SQLiteCompareTests {
    private static let users = StreamSchema(
        stream: "users",
        key: ["id"],
        replication: .incremental,
        replicationKey: "updated_at",
        columns: [
            ColumnDefinition(path: "id", type: .integer), ColumnDefinition(path: "updated_at", type: .dateTime),
            ColumnDefinition(path: "tags[]", type: .string),
        ]
    )

    private static let tables = """
        CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, score, updated_at TEXT, _sdc_extracted_at TEXT,
            _sdc_sequence INTEGER);
        CREATE TABLE users__tags (_sdc_source_key_id INTEGER NOT NULL, _sdc_level_0_id INTEGER NOT NULL, value TEXT,
            _sdc_sequence INTEGER, PRIMARY KEY (_sdc_source_key_id, _sdc_level_0_id)) WITHOUT ROWID;
        """

    private static let rows = """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
        INSERT INTO users SELECT i, 'name ' || i, i * 1.0, '2026-01-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z', i
            FROM n;
        INSERT INTO users__tags SELECT id, 0, 'a', id FROM users;
        """

    private static func compare(_ changes: String, only table: String? = nil) async throws -> SchemaComparison {
        let directory = try TemporaryDirectory()
        for (name, sql) in [("one", ""), ("two", changes)] {
            let queue = try DatabaseQueue(path: directory.path("\(name).sqlite"))
            try await queue.write { try $0.execute(sql: tables + rows + sql) }
            try queue.close()
        }
        let comparer = try SchemaComparer(
            DestinationSettings(url: "sqlite:\(directory.url.path)"),
            schemas: Sides(schema: "one", with: "two")
        ) { _ in CompareCatalogue([users]) }
        return try await comparer.compare(only: table) { _ in }
    }

    @Test("equal files are equal, whatever stores a number or writes a time")
    func equal() async throws {
        let comparison = try await Self.compare(
            """
            UPDATE users SET score = id;
            UPDATE users SET updated_at = '2026-01-01 00:00:00' WHERE id = 9;
            INSERT INTO users__tags VALUES (7, 1, 'stale', 6);
            """
        )
        #expect(comparison.isEqual, "\(comparison.tables.flatMap(\.reasons))")
        #expect(comparison.tables.map(\.compared) == [500, 500])
        #expect(comparison.tables.last?.staleSubrows == Sides(schema: 0, with: 1))
        let key = try #require(comparison.tables.first?.key)
        #expect(key.least == Sides(schema: "1", with: "1") && key.greatest == Sides(schema: "500", with: "500"))
    }

    @Test("what differs is found, with examples; what changed later is not compared")
    func different() async throws {
        let comparison = try await Self.compare(
            """
            UPDATE users SET name = 'x' WHERE id IN (3, 4);
            UPDATE users SET name = 'later', updated_at = '2026-03-01T00:00:00.000000Z' WHERE id = 5;
            DELETE FROM users WHERE id > 480;
            INSERT INTO users VALUES (900, NULL, 1, '2026-03-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z', 1);
            UPDATE users__tags SET value = 'b' WHERE _sdc_source_key_id = 8;
            CREATE TABLE groups (id INTEGER PRIMARY KEY);
            CREATE TABLE _sdc_rejected (reason TEXT);
            """
        )
        let users = try #require(comparison.tables.first { $0.table == "users" })
        #expect(!comparison.isEqual && users.common == 480 && users.compared == 479)
        #expect(users.columns.map(\.column) == ["name"] && users.columns.first?.rows == 2)
        #expect(users.columns.first?.example == "3")
        #expect(users.lone?.schema.count == 20 && users.lone?.schema.examples == (481...490).map(String.init))
        #expect(users.lone?.with == .init(count: 1, newer: 1))
        let tags = try #require(comparison.tables.first { $0.table == "users__tags" })
        #expect(tags.reasons == ["value differs in 1 of 479 rows (0.2 %), in 8,0 for one"])
        #expect(comparison.tables.first { $0.table == "groups" }?.verdict == .expected)
    }

    @Test("what cannot be compared is refused by name")
    func refusals() async throws {
        let streams: @Sendable (Source?) -> CompareCatalogue = { _ in CompareCatalogue([]) }
        let names = Sides(schema: "one", with: "two")
        #expect(throws: CompareError.sameSchema("one")) {
            try SchemaComparer(
                DestinationSettings(url: "sqlite:./x"),
                schemas: Sides(schema: "one", with: "one"),
                catalogue: streams
            )
        }
        #expect(throws: CompareError.unsupported(url: "files:./x")) {
            try SchemaComparer(DestinationSettings(url: "files:./x"), schemas: names, catalogue: streams)
        }
        await #expect(throws: CompareError.noTable("nothing", schemas: names)) {
            try await Self.compare("", only: "nothing")
        }
        let directory = try TemporaryDirectory()
        let comparer = try SchemaComparer(
            DestinationSettings(url: "sqlite:\(directory.url.path)"),
            schemas: names,
            catalogue: streams
        )
        await #expect(throws: CompareError.noSchema("one", place: directory.url.path, others: [])) {
            try await comparer.compare { _ in }
        }
    }
}
