import Destinations
import Loader
import Model
import Testing

@Suite("Destination: values")
struct ValueTests {
    static let kinds = DestinationFixture.kinds

    @Test("integers and decimals are exact", arguments: kinds)
    func keepsNumbers(kind: DestinationKind) async throws {
        let decimals = [
            "0.1", "-12.5", "18446744073709551616", "9223372036854775808", "9007199254740993.5",
            "0.12345678901234567890123", "-9223372036854775808", "3",
        ]
        let integers: [Int64] = [.max, .min, 0, -1, 9_007_199_254_740_993]
        let rows = (0..<max(decimals.count, integers.count)).map { place in
            TestRow(
                "\(place)",
                integers[place % integers.count],
                ["id": .integer(Int64(place)), "score": .decimal(decimals[place])]
            )
        }
        let found = try await stored(rows, "score, _sdc_sequence", kind)
        #expect(found.map { $0[0] } == decimals)
        #expect(found.map { $0[1] } == rows.map { String($0.sequence) })
    }

    @Test("an integer in a decimal column stays one", arguments: kinds)
    func mixesNumbers(kind: DestinationKind) async throws {
        let rows = [
            TestRow("1", 1, ["id": 1, "score": .integer(.max)]), TestRow("2", 1, ["id": 2, "score": .decimal("1.25")]),
        ]
        #expect(try await stored([rows[0]], "score", kind) == [["9223372036854775807"]])
        #expect(try await stored([rows[1]], "score", kind) == [["1.25"]])
    }

    @Test("a number beyond any double keeps its digits", arguments: kinds)
    func keepsHugeNumbers(kind: DestinationKind) async throws {
        let found = try await stored([TestRow("1", 1, ["id": 1, "score": .decimal("1e400")])], "score", kind)
        switch kind {
        case .sqlite, .files: #expect(found == [["1e400"]])
        case .postgresql: #expect(found == [["1" + String(repeating: "0", count: 400)]])
        }
    }

    @Test("texts come back byte for byte", arguments: kinds)
    func keepsTexts(kind: DestinationKind) async throws {
        let texts = [
            "", " ", "\\N", "\\.", "\\", "\\\\", "a\tb\nc\rd\r\ne", "\u{1}\u{8}\u{b}\u{c}\u{1b}", "'; DROP TABLE x; --",
            "\"double\" 'single'", "NULL", "日本語 ünïcödé 👩‍👩‍👧‍👦 \u{feff}", "{\"json\":[1,2]}", "t", "2026-11-20",
        ]
        let rows = texts.enumerated().map { place, text in
            TestRow("\(place)", 1, ["id": .integer(Int64(place)), "subject": .text(text)])
        }
        #expect(try await stored(rows, "subject", kind).map { $0[0] } == texts)
    }

    @Test("a text of 4 MB passes whole", arguments: kinds)
    func keepsLongTexts(kind: DestinationKind) async throws {
        let text = String(repeating: "line\twith \\ and é\n", count: 220_000)
        let rows = [
            TestRow("1", 1, ["id": 1, "subject": .text(text)]), TestRow("2", 1, ["id": 2, "subject": "short"]),
        ]
        let found = try await stored(rows, "subject", kind)
        #expect(found.map { $0[0] } == [text, "short"])
    }

    @Test("times keep their microseconds from the year 1 to 9999", arguments: kinds)
    func keepsTimes(kind: DestinationKind) async throws {
        let texts = [
            "0001-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "2026-11-20T10:00:00.123000Z",
            "9999-12-31T23:59:59.999999Z",
        ]
        let rows = try texts.enumerated().map { place, text in
            let time = try #require(Timestamp(parsing: text))
            return TestRow("\(place)", 1, ["id": .integer(Int64(place)), "created_at": .timestamp(time)])
        }
        let fixture = try DestinationFixture(kind)
        #expect(try await stored(rows, fixture.time("created_at"), kind).map { $0[0] } == texts)
    }

    @Test("keys of text and of several columns work as those of integers", arguments: kinds)
    func takesOtherKeys(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let table = Table(
                name: "pairs",
                kind: .keyed(["left", "right"]),
                columns: [Column("left", .text), Column("right", .integer), Column("v", .text)] + TestTables.system
            )
            let schema = try await fixture.open()
            let row = { (left: String, right: Int64, sequence: Int64, value: String) in
                TestRow(
                    "\(left),\(right)",
                    sequence,
                    ["left": .text(left), "right": .integer(right), "v": .text(value)]
                )
            }
            try await schema.load(
                changes: [.createTable(table)],
                [TableLoad(table, [row("a/b\\", 1, 1, "x"), row("a/b\\", 2, 1, "y"), row("", 1, 1, "z")])]
            )
            let outcome = try await schema.load([TableLoad(table, [row("a/b\\", 2, 2, "Y"), row("", 1, 2, "Z")])])
            #expect(outcome.tables["pairs"]?.updated == (kind == .files ? 0 : 2))
            let found = try fixture.query("SELECT \"left\", \"right\", v FROM pairs ORDER BY v")
            #expect(found == [["a/b\\", "2", "Y"], ["", "1", "Z"], ["a/b\\", "1", "x"]])
            await schema.close()
        }
    }

    @Test("no name of a table or column is taken for SQL", arguments: kinds)
    func quotesNames(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let column = "x\"; DROP TABLE _deskpipe_owner; --"
            let table = Table(
                name: "select \" from",
                kind: .keyed(["order"]),
                columns: [Column("order", .integer), Column(column, .text), Column("n", .text)] + TestTables.system
            )
            let schema = try await fixture.open()
            let row = TestRow("1", 1, ["order": 1, "x\"; DROP TABLE _deskpipe_owner; --": "v", "n": "w"])
            try await schema.load(changes: [.createTable(table)], [TableLoad(table, [row])])
            #expect(try fixture.query("SELECT n FROM \"select \"\" from\"") == [["w"]])
            #expect(try fixture.query("SELECT count(*) FROM _deskpipe_owner") == [["1"]])
            await schema.close()
        }
    }

    /// Loads tickets into a schema of their own and reads a column back, in the order of their ids.
    private func stored(_ rows: [TestRow], _ columns: String, _ kind: DestinationKind) async throws -> [[String?]] {
        var found: [[String?]] = []
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            try await schema.load(
                changes: [.createTable(TestTables.tickets)],
                [TableLoad(TestTables.tickets, rows)]
            )
            found = try fixture.query("SELECT \(columns) FROM tickets ORDER BY id")
            await schema.close()
        }
        return found
    }
}
