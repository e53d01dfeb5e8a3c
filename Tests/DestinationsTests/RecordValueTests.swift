import Destinations
import Loader
import Model
import Testing

@Suite("Destination: values of records")
struct RecordValueTests {
    static let kinds = DestinationFixture.kinds

    @Test("U+0000 is removed and lone surrogates become U+FFFD in any text, and are counted", arguments: kinds)
    func repairsText(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let reports = try await loader.load(
                #"{"id":1,"text":"a\u0000b","any":{"k\u0000":"\ud800x \\u0000 \ud83d\ude00"},"tags":["\u0000","\udc00"]}"#,
                #"{"id":2,"ne\u0000w":"\ud800\u0000","any":["\u0041"],"o":{"\udfff":1}}"#,
                #"{"id":3,"ne\u0000w":"plain"}"#
            )
            #expect(reports.first?.nulsRemoved == 6)
            #expect(reports.first?.surrogatesReplaced == 4)
            let rows = try fixture.query("SELECT text, \"any\", new, \"o__\u{FFFD}\" FROM tickets ORDER BY id")
            #expect(
                rows == [
                    ["ab", "{\"k\":\"\u{FFFD}x \\\\u0000 \\ud83d\\ude00\"}", nil, nil],
                    [nil, #"["\u0041"]"#, "\u{FFFD}", "1"], [nil, nil, "plain", nil],
                ]
            )
            let tags = try fixture.query("SELECT value FROM tickets__tags ORDER BY _sdc_level_0_id")
            #expect(tags == [[""], ["\u{FFFD}"]])
            await schema.close()
        }
    }

    @Test("JSON that is kept as text can be read as JSON by the database", arguments: kinds)
    func keepsReadableJSON(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"any":{"a":"x\u0000\ud800y\u00e9","b":["\\ud800"]}}"#)
            let read = kind != .postgresql ? "json_extract(\"any\", '$.a')" : "\"any\"::jsonb ->> 'a'"
            #expect(try fixture.query("SELECT \(read) FROM tickets") == [["x\u{FFFD}yé"]])
            await schema.close()
        }
    }

    /// A number as a record has it, the column that it goes to, and how SQLite and PostgreSQL give it back.
    struct Number: CustomTestStringConvertible {
        var field: String
        var text: String
        var column: String
        var stored: String
        var postgreSQL: String?

        var testDescription: String { "\(field) \(text.prefix(30))" }
    }

    static let numbers = [
        Number(field: "count", text: "9007199254740993", column: "count", stored: "9007199254740993"),
        Number(field: "count", text: "9223372036854775807", column: "count", stored: "9223372036854775807"),
        Number(field: "count", text: "-9223372036854775808", column: "count", stored: "-9223372036854775808"),
        Number(field: "count", text: "18446744073709551616", column: "count__de", stored: "18446744073709551616"),
        Number(field: "count", text: "0.1", column: "count__de", stored: "0.1"),
        Number(field: "count", text: "\"42\"", column: "count", stored: "42"),
        Number(field: "count", text: "\"042\"", column: "count__st", stored: "042"),
        Number(field: "count", text: "1e200000", column: "count__st", stored: "1e200000"),
        Number(field: "amount", text: "9007199254740993", column: "amount", stored: "9007199254740993"),
        Number(field: "amount", text: "18446744073709551616", column: "amount", stored: "18446744073709551616"),
        Number(field: "amount", text: "0.1", column: "amount", stored: "0.1"),
        Number(
            field: "amount",
            text: "0.1000000000000000055511151231257827",
            column: "amount",
            stored: "0.1000000000000000055511151231257827"
        ),
        Number(field: "amount", text: "9007199254740993.5", column: "amount", stored: "9007199254740993.5"),
        Number(
            field: "amount",
            text: "1e400",
            column: "amount",
            stored: "1e400",
            postgreSQL: "1" + String(repeating: "0", count: 400)
        ),
        Number(
            field: "amount",
            text: "-1.5E-400",
            column: "amount",
            stored: "-1.5E-400",
            postgreSQL: "-0." + String(repeating: "0", count: 399) + "15"
        ),
        Number(field: "amount", text: "1e131072", column: "amount__st", stored: "1e131072"),
        Number(field: "amount", text: "1e-16384", column: "amount__st", stored: "1e-16384"),
        Number(field: "fresh", text: "18446744073709551616", column: "fresh", stored: "18446744073709551616"),
        Number(field: "fresh", text: "9223372036854775808", column: "fresh", stored: "9223372036854775808"),
        Number(field: "fresh", text: "1e999999999999", column: "fresh__st", stored: "1e999999999999"),
        Number(field: "text", text: "1.50", column: "text", stored: "1.50"),
        Number(field: "any", text: "1.50", column: "any", stored: "1.50"),
    ]

    @Test("a number is kept digit for digit, in the column that holds it", arguments: kinds, numbers)
    func keepsNumbers(kind: DestinationKind, number: Number) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load("{\"id\":1,\"\(number.field)\":\(number.text)}")
            let expected = kind == .postgresql ? number.postgreSQL ?? number.stored : number.stored
            #expect(try fixture.query("SELECT \"\(number.column)\" FROM tickets") == [[expected]])
            if number.column != number.field, number.field != "fresh" {
                #expect(try fixture.query("SELECT \"\(number.field)\" FROM tickets") == [[nil]])
            }
            await schema.close()
        }
    }

    @Test("what a schema event declares holds after a restart: a text column takes any scalar", arguments: kinds)
    func keepsDeclarations(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            var declared = RecordLoader.tickets
            declared.columns.append(ColumnDefinition(path: "custom.code", type: .string))
            declared.columns.append(ColumnDefinition(path: "custom.due", type: .dateTime))
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.declare(declared, sequence: 5)
            try await loader.load(#"{"id":1,"custom":{"code":"x"}}"#, from: 6)
            await first.close()
            let second = try await fixture.open()
            #expect(try await second.catalog().declarations["tickets"]?.sequence == 5)
            loader = try await RecordLoader(second)
            try await loader.load(
                #"{"id":2,"custom":{"code":7}}"#,
                #"{"id":3,"custom":{"code":[1, true],"due":"soon"}}"#,
                #"{"id":4,"custom":{"code":1.50,"due":5}}"#,
                from: 7
            )
            let rows = try fixture.query("SELECT custom__code FROM tickets ORDER BY id")
            #expect(rows == [["x"], ["7"], ["[1,true]"], ["1.50"]])
            let splits = try fixture.query(
                "SELECT custom__due__st, custom__due__bi FROM tickets WHERE id > 2 ORDER BY id"
            )
            #expect(splits == [["soon", nil], [nil, "5"]])
            await second.close()
        }
    }

    @Test("the newest schema event is the one that is kept", arguments: kinds)
    func replacesDeclarations(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.declare(RecordLoader.tickets, sequence: 5)
            var newer = RecordLoader.tickets
            newer.columns.append(ColumnDefinition(path: "more", type: .boolean))
            try await loader.declare(newer, sequence: 9)
            try await loader.declare(RecordLoader.tickets, sequence: 7)
            await first.close()
            let second = try await fixture.open()
            let kept = try await second.catalog().declarations
            #expect(kept == ["tickets": StreamDeclaration(schema: newer, sequence: 9)])
            await second.close()
        }
    }
}
