import Destinations
import Loader
import Model
import Testing

/// A value of another type than its column: every declared type with every kind of value.
@Suite("Destination: values of other types")
struct OtherTypeTests {
    static let kinds = DestinationFixture.kinds

    private static let values = [
        "7", "0.5", "true", #""word""#, #""12""#, #""0.25""#, #""true""#, #""2026-11-20""#, #""""#, #"{"k": 1}"#,
        "[1, 2]", "null",
    ]

    /// By field of ``RecordLoader/tickets``, or by the first value of a field that is not declared: where each of
    /// ``values`` is held.
    private static let fields: [(field: String, first: String?, held: [String])] = [
        (
            "text", nil,
            [
                "text=7", "text=0.5", "text=true", "text=word", "text=12", "text=0.25", "text=true",
                "text=2026-11-20", "text=''", #"text={"k":1}"#, "text=[1,2]", "",
            ]
        ),
        (
            "any", nil,
            [
                "any=7", "any=0.5", "any=true", "any=word", "any=12", "any=0.25", "any=true", "any=2026-11-20",
                "any=''", #"any={"k":1}"#, "any=[1,2]", "",
            ]
        ),
        (
            "count", nil,
            [
                "count=7", "count__de=5e-1", "count__bo=true", "count__st=word", "count=12", "count__st=0.25",
                "count__st=true", "count__st=2026-11-20", "count__st=''", "count__k=1", "tickets__count=1,2", "",
            ]
        ),
        (
            "amount", nil,
            [
                "amount=7e0", "amount=5e-1", "amount__bo=true", "amount__st=word", "amount=12e0", "amount=25e-2",
                "amount__st=true", "amount__st=2026-11-20", "amount__st=''", "amount__k=1", "tickets__amount=1,2", "",
            ]
        ),
        (
            "open", nil,
            [
                "open__bi=7", "open__de=5e-1", "open=true", "open__st=word", "open__st=12", "open__st=0.25",
                "open=true", "open__st=2026-11-20", "open__st=''", "open__k=1", "tickets__open=1,2", "",
            ]
        ),
        (
            "at", nil,
            [
                "at__bi=7", "at__de=5e-1", "at__bo=true", "at__st=word", "at__st=12", "at__st=0.25", "at__st=true",
                "at=2026-11-20T00:00:00Z", "at__st=''", "at__k=1", "tickets__at=1,2", "",
            ]
        ),
        (
            "fresh", "1",
            [
                "fresh=7", "fresh__de=5e-1", "fresh__bo=true", "fresh__st=word", "fresh=12", "fresh__st=0.25",
                "fresh__st=true", "fresh__st=2026-11-20", "fresh__st=''", "fresh__k=1", "tickets__fresh=1,2", "",
            ]
        ),
        (
            "fresh", "1.5",
            [
                "fresh=7e0", "fresh=5e-1", "fresh__bo=true", "fresh__st=word", "fresh=12e0", "fresh=25e-2",
                "fresh__st=true", "fresh__st=2026-11-20", "fresh__st=''", "fresh__k=1", "tickets__fresh=1,2", "",
            ]
        ),
        (
            "fresh", "false",
            [
                "fresh__bi=7", "fresh__de=5e-1", "fresh=true", "fresh__st=word", "fresh__st=12", "fresh__st=0.25",
                "fresh=true", "fresh__st=2026-11-20", "fresh__st=''", "fresh__k=1", "tickets__fresh=1,2", "",
            ]
        ),
        (
            "fresh", #""2026-11-19""#,
            [
                "fresh__bi=7", "fresh__de=5e-1", "fresh__bo=true", "fresh=word", "fresh=12", "fresh=0.25",
                "fresh=true", "fresh=2026-11-20", "fresh=''", "fresh__k=1", "tickets__fresh=1,2", "",
            ]
        ),
    ]

    @Test(
        "each value is in the one place that the rules give it, in one batch and after a restart",
        arguments: kinds,
        fields.indices
    )
    func hasOnePlace(kind: DestinationKind, index: Int) async throws {
        let (field, first, held) = Self.fields[index]
        try await withFixture(kind) { fixture in
            var schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            if let first { try await loader.load("{\"id\":0,\"\(field)\":\(first)}") }
            let records = Self.values.enumerated().map { "{\"id\":\($0 + 1),\"\(field)\":\($1)}" }
            for sequence in [100, 200] as [Int64] {
                try await loader.load(
                    records.enumerated().map { RecordLoader.Record(json: $1, sequence: sequence + Int64($0)) }
                )
                let catalog = try await schema.catalog()
                for (place, expected) in held.enumerated() {
                    #expect(try Self.held(by: place + 1, catalog, fixture) == expected, "\(Self.values[place])")
                }
                await schema.close()
                schema = try await fixture.open()
                loader = try await RecordLoader(schema)
            }
            await schema.close()
        }
    }

    @Test("elements of arrays follow the same rules, in their sub-table", arguments: kinds)
    func elements(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var stream = RecordLoader.tickets
            stream.columns.append(ColumnDefinition(path: "ids[]", type: .integer))
            var loader = try await RecordLoader(schema, stream)
            try await loader.load(
                #"{"id":1,"tags":["a",7,true,["b",1.50],{"c":null},null],"ids":[5,"6","x",0.5,[8],{"n":9}]}"#,
                #"{"id":2,"free":[1,"x",{"n":2},[3,[4]]]}"#
            )
            let tags = try fixture.query("SELECT _sdc_level_0_id, value FROM tickets__tags ORDER BY 1")
            #expect(tags == [["0", "a"], ["1", "7"], ["2", "true"], ["3", #"["b",1.50]"#], ["4", #"{"c":null}"#]])
            let ids = try fixture.query(
                "SELECT _sdc_level_0_id, value, value__st, value__de, n FROM tickets__ids ORDER BY 1"
            )
            #expect(
                ids == [
                    ["0", "5", nil, nil, nil], ["1", "6", nil, nil, nil], ["2", nil, "x", nil, nil],
                    ["3", nil, nil, "0.5", nil], ["4", nil, nil, nil, nil], ["5", nil, nil, nil, "9"],
                ]
            )
            let nested = "SELECT _sdc_source_key_id, _sdc_level_0_id, _sdc_level_1_id, value FROM"
            #expect(try fixture.query("\(nested) tickets__ids__value") == [["1", "4", "0", "8"]])
            let free = try fixture.query("SELECT _sdc_level_0_id, value, value__st, n FROM tickets__free ORDER BY 1")
            #expect(
                free == [["0", "1", nil, nil], ["1", nil, "x", nil], ["2", nil, nil, "2"], ["3", nil, nil, nil]]
            )
            #expect(
                try fixture.query("\(nested) tickets__free__value ORDER BY 3")
                    == [["2", "3", "0", "3"], ["2", "3", "1", nil]]
            )
            let deepest = "SELECT _sdc_level_0_id, _sdc_level_1_id, _sdc_level_2_id, value"
            #expect(try fixture.query("\(deepest) FROM tickets__free__value__value") == [["3", "1", "0", "4"]])
            await schema.close()
        }
    }

    @Test("a date whose column holds numbers, as it was declared later, goes to `__ti`", arguments: kinds)
    func dateBesideNumbers(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"since":5,"until":"soon"}"#)
            var declared = RecordLoader.tickets
            for field in ["since", "until"] { declared.columns.append(ColumnDefinition(path: field, type: .dateTime)) }
            try await loader.declare(declared, sequence: 2)
            try await loader.load(
                #"{"id":2,"since":"2026-11-20","until":"2026-11-21"}"#,
                #"{"id":3,"since":"later"}"#,
                from: 3
            )
            let catalog = try await schema.catalog()
            // A text column takes every string.
            #expect(try Self.held(by: 1, catalog, fixture) == "since=5 until=soon")
            #expect(try Self.held(by: 2, catalog, fixture) == "since__ti=2026-11-20T00:00:00Z until=2026-11-21")
            #expect(try Self.held(by: 3, catalog, fixture) == "since__st=later")
            await schema.close()
        }
    }

    @Test("columns keep their types, and views on them stand, whatever comes", arguments: kinds)
    func leavesColumns(kind: DestinationKind) async throws {
        guard kind != .files else { return }
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"count":1,"amount":1,"open":true,"at":"2026-11-20","fresh":1}"#)
            try fixture.query("CREATE VIEW mine AS SELECT id, count, amount, open, at, fresh FROM tickets")
            let before = try await schema.catalog().tables["tickets"]?.columns ?? []
            try await loader.load(
                #"{"id":2,"count":"x","amount":"x","open":"x","at":"x","fresh":"x"}"#,
                #"{"id":3,"count":[1],"amount":{"a":1},"open":0.5,"at":true,"fresh":18446744073709551616}"#,
                from: 2
            )
            let after = try await schema.catalog().tables["tickets"]?.columns ?? []
            #expect(Set(before).isSubset(of: after) && after.count > before.count)
            let rows = try fixture.query("SELECT id, count, amount, open, at, fresh FROM mine WHERE id > 1 ORDER BY id")
            #expect(rows == [["2", nil, nil, nil, nil, nil], ["3", nil, nil, nil, nil, nil]])
            #expect(try fixture.query("SELECT fresh__de FROM tickets WHERE id = 3") == [["18446744073709551616"]])
            await schema.close()
        }
    }

    /// What a record's row and sub-rows hold beside its key: `column=value`, a sub-table's values joined by commas.
    private static func held(
        by id: Int,
        _ catalog: SchemaCatalog,
        _ fixture: DestinationFixture
    ) throws -> String {
        var held: [String] = []
        for table in catalog.tables.values {
            let key = table.root == table.name ? "id" : "_sdc_source_key_id"
            let columns = table.columns.filter { !$0.name.hasPrefix("_sdc_") && $0.name != "id" }
            let list = columns.map { $0.type == .timestamp ? fixture.time("\"\($0.name)\"") : "\"\($0.name)\"" }
            let order = table.root == table.name ? "" : " ORDER BY _sdc_level_0_id"
            let sql = "SELECT \(list.joined(separator: ", ")) FROM \"\(table.name)\" WHERE \(key) = \(id)\(order)"
            let cells = try fixture.query(sql).flatMap { row in
                zip(columns, row).compactMap { column, value in
                    value == nil ? nil : (column.name, ShownValue.text(value, column.type))
                }
            }
            if table.root == table.name {
                held += cells.map { "\($0.0)=\($0.1)" }
            } else if !cells.isEmpty {
                held.append("\(table.name)=\(cells.map(\.1).joined(separator: ","))")
            }
        }
        return held.sorted().joined(separator: " ")
    }
}
