import Destinations
import Loader
import Messaging
import Model
import Testing

/// Keys as records bring them.
@Suite("Destination: keys")
struct KeyTests {
    static let kinds = DestinationFixture.kinds

    private static let named = StreamSchema(
        stream: "tickets",
        key: ["name"],
        replication: .incremental,
        replicationKey: nil,
        columns: [ColumnDefinition(path: "name", type: .string), ColumnDefinition(path: "tags[]", type: .string)]
    )

    private static let keyless = StreamSchema(
        stream: "goals",
        key: [],
        replication: .incremental,
        replicationKey: nil,
        columns: [ColumnDefinition(path: "name", type: .string), ColumnDefinition(path: "tags[]", type: .string)]
    )

    @Test("of a batch's records with the same key the newest is the row, whatever their order", arguments: kinds)
    func sameKey(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let report = try await loader.load([
                .init(json: #"{"id":1,"text":"b","tags":["b","bb"]}"#, sequence: 5),
                .init(json: #"{"id":2,"text":"x"}"#, sequence: 4),
                .init(json: #"{"id":1,"text":"c"}"#, sequence: 7),
                .init(json: #"{"id":1,"text":"a","tags":["a"]}"#, sequence: 2),
                .init(json: #"{"id":"1","text":"d","tags":["d"]}"#, sequence: 8),
                .init(json: #"{"id":1,"text":"b2","tags":["e"]}"#, sequence: 6),
            ])
            #expect(report.map { [$0.events, $0.rowsInserted, $0.rowsSuperseded] } == [[6, 2, 4]])
            #expect(
                try fixture.query("SELECT id, text, _sdc_sequence FROM tickets ORDER BY id") == [
                    ["1", "d", "8"], ["2", "x", "4"],
                ]
            )
            #expect(try fixture.query("SELECT value FROM tickets__tags") == [["d"]])
            await schema.close()
        }
    }

    @Test("a stream without a key appends, a repeat is the same row, sub-rows go with it", arguments: kinds)
    func appends(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema, Self.keyless)
            let records = (1...3 as ClosedRange<Int64>).map {
                RecordLoader.Record(json: #"{"name":"same","tags":["t\#($0)"]}"#, sequence: $0)
            }
            try await loader.load(records)
            try await loader.load(Array(records[1...]) + [.init(json: #"{"name":"same"}"#, sequence: 4)])
            let rows = try fixture.query("SELECT __sdc_primary_key, name, _sdc_sequence FROM goals ORDER BY 3")
            #expect(rows.map { $0[1...] } == (1...4).map { ["same", "\($0)"] })
            #expect(Set(rows.map { $0[0] }).count == 4)
            let subrows = """
                SELECT t.value FROM goals g JOIN goals__tags t
                ON t._sdc_source_key___sdc_primary_key = g.__sdc_primary_key ORDER BY 1
                """
            #expect(try fixture.query(subrows) == [["t1"], ["t2"], ["t3"]])
            await schema.close()
        }
    }

    @Test("a record whose key is null, missing or no scalar is rejected by itself", arguments: kinds)
    func rejectsNoKey(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema, Self.named)
            let report = try await loader.load(
                #"{"name":"a"}"#,
                #"{"name":null,"tags":["x"]}"#,
                #"{"tags":["y"]}"#,
                #"{"name":{"x":1}}"#,
                #"{"name":"b"}"#
            )
            #expect(report.map { [$0.events, $0.rowsInserted, $0.rowsRejected] } == [[5, 2, 3]])
            #expect(try fixture.query("SELECT name FROM tickets ORDER BY 1") == [["a"], ["b"]])
            let reasons = try fixture.query("SELECT reason FROM _sdc_rejected ORDER BY _sdc_sequence").map {
                $0[0] ?? ""
            }
            #expect(reasons.count == 3 && reasons[..<2].allSatisfy { $0.hasSuffix("`name` is null or missing") })
            #expect(try fixture.query("SELECT count(*) FROM tickets__tags") == [["0"]])
            await schema.close()
        }
    }

    @Test(
        "a key that the database has no room for rejects the record, and the rest of the batch loads",
        arguments: kinds
    )
    func rejectsLongKeys(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let stage = try await ServiceStage()
            let connection = try fixture.connection()
            try await stage.define(connection)
            // Without a repetition that the database's compression could use.
            var random = SystemRandomNumberGenerator()
            let long = String(
                (0..<9000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 97...122, using: &random))) }
            )
            let named = #""label":"x""#
            try await stage.publish(connection, "labels", [.init(1, named, sequence: 1)])
            try await stage.publish(connection, "labels", [.init(2, #""label":"\#(long)""#, sequence: 2)])
            try await stage.publish(connection, "labels", [.init(3, #""label":"y""#, sequence: 3)])
            let summary = try await stage.run(into: fixture.destination)
            #expect(summary.setAside.isEmpty)
            let labels = try fixture.query("SELECT label FROM labels ORDER BY id").map { $0[0] ?? "" }
            let rejected = try fixture.query("SELECT reason, record, replayable FROM _sdc_rejected")
            switch kind {
            case .postgresql:
                #expect(labels == ["x", "y"])
                #expect(rejected.first?[0]?.contains("in table labels") == true && rejected.count == 1)
                #expect(rejected.first?[0]?.contains("too long for an index") == true)
                #expect(rejected.first?[1]?.contains(long) == true && rejected.first?[2] == fixture.text(true))
            case .sqlite, .files:
                #expect(labels == ["x", long, "y"] && rejected.isEmpty)
            }
            let report = try await stage.reports()
            #expect(report.map(\.rowsRejected) == [kind == .postgresql ? 1 : 0] && report.allSatisfy(\.isBalanced))
        }
    }
}
