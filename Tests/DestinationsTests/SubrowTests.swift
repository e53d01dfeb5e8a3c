import Destinations
import Loader
import Model
import Testing

/// Arrays of records as they come: at every depth, and in every way that they become shorter.
@Suite("Destination: sub-rows")
struct SubrowTests {
    static let kinds = DestinationFixture.kinds

    /// What a record has in an array's place once it has lost all its elements.
    static let losses = [#""list":[]"#, #""list":null"#, #""text":"nothing of it""#, #""list":{}"#]

    @Test(
        "at every depth they are replaced whole when an array is shorter, and go when it is lost",
        arguments: kinds,
        losses
    )
    func replacesAllDepths(kind: DestinationKind, loss: String) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let deep = """
                "list":[{"a":1,"in":[{"b":[10,11]},{"b":[12]}]},{"a":2,"in":[{"b":[20]},{"b":[],"c":true}]}]
                """
            try await loader.load(#"{"id":1,\#(deep),"tags":["x"]}"#, #"{"id":2,\#(deep)}"#)
            #expect(
                try rows(fixture) == [
                    expected(1, 1) + expected(2, 2), inner(1, 1) + inner(2, 2), outer(1, 1) + outer(2, 2),
                ]
            )

            try await loader.load(#"{"id":1,"list":[{"a":3,"in":[{"b":[30]}]}],"tags":["x"]}"#, from: 3)
            let shorter: [[[String?]]] = [
                [["1", "0", "0", "0", "30", "3"]], [["1", "0", "0", nil, "3"]], [["1", "0", "3", "3"]],
            ]
            #expect(
                try rows(fixture) == [
                    shorter[0] + expected(2, 2), shorter[1] + inner(2, 2), shorter[2] + outer(2, 2),
                ]
            )
            try await loader.load(#"{"id":1,\#(loss),"tags":["x"]}"#, from: 4)
            #expect(try rows(fixture) == [expected(2, 2), inner(2, 2), outer(2, 2)], "\(loss)")
            #expect(try fixture.query("SELECT value, _sdc_sequence FROM tickets__tags") == [["x", "4"]])
            // After a restart, too, and for a batch without a single sub-row.
            await schema.close()
            let second = try await fixture.open()
            loader = try await RecordLoader(second)
            try await loader.load(#"{"id":2,\#(loss)}"#, from: 5)
            #expect(try rows(fixture) == [[], [], []])
            await second.close()
        }
    }

    @Test(
        "an array that comes back, and one whose elements change their kind, leave no row of the older",
        arguments: kinds
    )
    func comesBack(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"list":[1,2,3]}"#)
            try await loader.load(#"{"id":1}"#, from: 2)
            try await loader.load(#"{"id":1,"list":["a",5]}"#, from: 3)
            let columns = "_sdc_level_0_id, value, value__st, _sdc_sequence"
            let all = "SELECT \(columns) FROM tickets__list ORDER BY 1"
            #expect(try fixture.query(all) == [["0", nil, "a", "3"], ["1", "5", nil, "3"]])
            try await loader.load(#"{"id":1,"list":"none"}"#, from: 4)
            #expect(try fixture.query(all).isEmpty)
            #expect(try fixture.query("SELECT list FROM tickets") == [["none"]])
            await schema.close()
        }
    }

    /// What the three sub-tables hold, deepest first.
    private func rows(_ fixture: DestinationFixture) throws -> [[[String?]]] {
        let key = "_sdc_source_key_id, _sdc_level_0_id"
        return try [
            "SELECT \(key), _sdc_level_1_id, _sdc_level_2_id, value, _sdc_sequence FROM tickets__list__in__b",
            "SELECT \(key), _sdc_level_1_id, c, _sdc_sequence FROM tickets__list__in",
            "SELECT \(key), a, _sdc_sequence FROM tickets__list",
        ].map { try fixture.query("\($0) ORDER BY 1, 2, 3, 4").map { $0.map { $0 == "t" ? "1" : $0 } } }
    }

    private func expected(_ id: Int, _ sequence: Int) -> [[String?]] {
        [["0", "0", "0", "10"], ["0", "0", "1", "11"], ["0", "1", "0", "12"], ["1", "0", "0", "20"]].map {
            ["\(id)"] + $0 + ["\(sequence)"]
        }
    }

    private func inner(_ id: Int, _ sequence: Int) -> [[String?]] {
        [["0", "0", nil], ["0", "1", nil], ["1", "0", nil], ["1", "1", "1"]].map { ["\(id)"] + $0 + ["\(sequence)"] }
    }

    private func outer(_ id: Int, _ sequence: Int) -> [[String?]] {
        [["0", "1"], ["1", "2"]].map { ["\(id)"] + $0 + ["\(sequence)"] }
    }
}
