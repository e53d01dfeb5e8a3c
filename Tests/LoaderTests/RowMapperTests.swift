import Loader
import Messaging
import Model
import TestSupport
import Testing

@Suite("RowMapper")
struct RowMapperTests {
    @Test(
        "a value lands in the column that its type and the declaration say",
        arguments: [
            (#"{"id":1,"subject":"a\"b\nc"}"#, "id=1 subject=a\"b\nc"),
            (#"{"id":1,"subject":7}"#, "id=1 subject=7"),
            (#"{"id":1,"subject":true}"#, "id=1 subject=true"),
            (#"{"id":1,"subject":[1, {"a": "x y"}]}"#, #"id=1 subject=[1,{"a":"x y"}]"#),
            (#"{"id":1,"anything":{"a": 1}}"#, #"anything={"a":1} id=1"#),
            (#"{"id":1,"anything":1.50}"#, "anything=1.50 id=1"),
            (#"{"id":"12"}"#, "id=12"),
            (#"{"id":1,"score":3}"#, "id=1 score=3"),
            (#"{"id":1,"score":1e400}"#, "id=1 score=1e400"),
            (#"{"id":1,"score":"2.5"}"#, "id=1 score=2.5"),
            (#"{"id":1,"score":"\u0032.5"}"#, "id=1 score=2.5"),
            (#"{"id":1,"score":1e200000}"#, "id=1 score__st=1e200000"),
            (#"{"id":1,"score":"007"}"#, "id=1 score__st=007"),
            (#"{"id":1,"open":"false"}"#, "id=1 open=false"),
            (#"{"id":1,"open":0}"#, "id=1 open__bi=0"),
            (#"{"id":1,"open":0.5}"#, "id=1 open__de=0.5"),
            (#"{"id":1,"score":true}"#, "id=1 score__bo=true"),
            (#"{"id":1,"updated_at":"2026-11-20T10:00:00+01:00"}"#, "id=1 updated_at=2026-11-20T09:00:00.000000Z"),
            (#"{"id":1,"updated_at":"soon"}"#, "id=1 updated_at__st=soon"),
            (#"{"id":1,"updated_at":5}"#, "id=1 updated_at__bi=5"),
            (
                #"{"id":1,"via":{"channel":"web","source":{"rel":null,"n":2}}}"#,
                "id=1 via__channel=web via__source__n=2"
            ),
            (#"{"id":1,"rating":"good"}"#, "id=1 rating=good"),
            (#"{"id":1,"rating":{"score":"bad"}}"#, "id=1 rating__score=bad"),
            (
                #"{"id":1,"new":"2026-11-20","big":12345678901234567890,"f":false}"#,
                "big=12345678901234567890 f=false id=1 new=2026-11-20"
            ),
            (#"{"id":1,"huge":1e999999}"#, "huge__st=1e999999 id=1"),
            (#"{"id":1,"subject":"a\u0000b\ud800c"}"#, "id=1 subject=ab\u{FFFD}c"),
            (#"{"id":1,"empty":{},"none":null,"list":[]}"#, "id=1"),
            (#"{"id":1,"a":{"b":1},"a__b":2}"#, "a__b=2 id=1"),
            (#"{"id":1,"x":1,"x":"last"}"#, "id=1 x=last"),
            (#"{"id":1,"subject":"first","subject":null}"#, "id=1"),
        ]
    )
    func places(_ json: String, _ row: String) throws {
        let mapped = try MappedRecord([json])
        #expect(mapped.rejection == nil)
        #expect(mapped.rows["tickets"] == [row])
    }

    @Test("arrays become sub-tables with the root's key, their levels and the sequence")
    func arrays() throws {
        let mapped = try MappedRecord([
            #"""
            {"tags":["a",null,"c"],"custom_fields":[{"id":5,"value":["x", "y"]},{"id":6,"value":false}],
            "events":[{"attachments":[{"size":1},{"size":2}]},{"type":"c","attachments":[{"size":3}]}],"id":9}
            """#
        ])
        #expect(mapped.rows["tickets"] == ["id=9"])
        let key = "_sdc_sequence=1 _sdc_source_key_id=9"
        #expect(
            mapped.rows["tickets__tags"] == ["_sdc_level_0_id=0 \(key) value=a", "_sdc_level_0_id=2 \(key) value=c"]
        )
        #expect(
            mapped.rows["tickets__custom_fields"] == [
                #"_sdc_level_0_id=0 \#(key) id=5 value=["x","y"]"#, "_sdc_level_0_id=1 \(key) id=6 value=false",
            ]
        )
        #expect(
            mapped.rows["tickets__events__attachments"] == [
                "_sdc_level_0_id=0 _sdc_level_1_id=0 \(key) size=1",
                "_sdc_level_0_id=0 _sdc_level_1_id=1 \(key) size=2",
                "_sdc_level_0_id=1 _sdc_level_1_id=0 \(key) size=3",
            ]
        )
        #expect(mapped.rows["tickets__events"]?.count == 2)
    }

    @Test(
        "an array where a scalar column exists goes to the sub-table, a scalar where a sub-table exists to the column"
    )
    func arrayAndScalar() throws {
        let mapped = try MappedRecord([#"{"id":1,"x":5}"#, #"{"id":2,"x":[6,7]}"#, #"{"id":3,"follower_ids":8}"#])
        #expect(mapped.rows["tickets"] == ["id=1 x=5", "id=2", "follower_ids=8 id=3"])
        #expect(mapped.rows["tickets__x"]?.count == 2)
    }

    @Test(
        "a record that cannot be a row is rejected with a reason, and the others of its batch go on",
        arguments: [
            (#"{"subject":"x"}"#, "the key field `id` is null or missing"),
            (#"{"id":null}"#, "the key field `id` is null or missing"),
            (#"{"id":[1]}"#, "the key field `id` is not of its column's type"),
            (#"{"id":"x"}"#, "the key field `id` is not of its column's type"),
            (#"{"id":1,"id":2}"#, "the key field `id` comes twice"),
            (#"[1]"#, "the record is no object"),
            (#"{"id":1,"a":{"bi":"text"},"x":1,"a":true,"a__bo":"no"}"#, nil),
            (#"{"id":1,"open":7,"open__bi":"text"}"#, nil),
            (#"{"id":1,"open__bi":"text","open":7}"#, nil),
            (
                #"{"id":1,"a":[{"b":[1]}],"a__b":[2]}"#,
                "arrays at different depths would share the table `tickets__a__b`"
            ),
        ] as [(String, String?)]
    )
    func rejects(_ json: String, _ reason: String?) throws {
        let mapped = try MappedRecord([#"{"id":8,"tags":["t"]}"#, json, #"{"id":9,"tags":["u"]}"#])
        #expect(mapped.rejection == reason)
        #expect(mapped.rows["tickets"]?.count == (reason == nil ? 3 : 2))
        #expect(mapped.rows["tickets__tags"]?.count == 2)
        if reason != nil { #expect(mapped.changes.count == 5, "a rejected record changes no schema") }
    }

    @Test("a name longer than 4,096 bytes rejects the record and leaves no trace of its other new fields")
    func longName() throws {
        let name = String(repeating: "n", count: 4097)
        let mapped = try MappedRecord([#"{"id":1,"fresh":1,"list":[1],"\#(name)":2}"#, #"{"id":2,"fresh":"t"}"#])
        #expect(mapped.rejection?.contains("more than 4096 bytes") == true)
        #expect(mapped.rows["tickets"] == ["fresh=t id=2"])
        #expect(!mapped.changes.contains { $0.contains("list") })
    }

    @Test("a record with more elements than any of Zendesk's has is rejected", arguments: [100_000, 100_001])
    func elements(count: Int) throws {
        let list = [String](repeating: "[]", count: count - 1).joined(separator: ",")
        let mapped = try MappedRecord([#"{"id":1}"#, #"{"id":2,"list":[\#(list)],"tags":["t"]}"#])
        let isTaken = count <= 100_000
        #expect(mapped.rejection == (isTaken ? nil : "the arrays of the record have more than 100000 elements"))
        #expect(mapped.rows["tickets"]?.count == (isTaken ? 2 : 1))
    }

    @Test("a stream without a key gets a primary key that the event's id gives")
    func keyless() throws {
        let schema = StreamSchema(stream: "logs", key: [], replication: .incremental, replicationKey: nil, columns: [])
        let first = try MappedRecord([#"{"a":1}"#, #"{"a":1,"b":[2]}"#], schema)
        let again = try MappedRecord([#"{"a":1}"#, #"{"a":1,"b":[2]}"#], schema)
        let rows = try #require(first.rows["logs"])
        #expect(rows.count == 2 && Set(rows).count == 2)
        #expect(rows == again.rows["logs"])
        #expect(first.rows["logs__b"]?.first?.contains("_sdc_source_key___sdc_primary_key=") == true)
    }

    @Test("every scalar of a record lands in exactly one cell", arguments: 1...60)
    func complete(_ seed: Int) throws {
        var generator = RecordGenerator(seed: UInt64(seed))
        let scene = try Scene()
        var planner = SchemaPlanner(SchemaCatalog())
        planner.declare(ticketSchema)
        var mapper = RowMapper(ticketSchema, in: planner.catalog)
        var expected: [String] = []
        var events: [BatchEvent] = []
        for place in 0..<20 {
            let json = generator.record(id: place)
            events.append(scene.upsert(json, of: "tickets", sequence: Int64(place), offset: Int64(place)))
            try mapper.add(scene.record(json, of: "tickets", sequence: Int64(place)), receivedAt: Scene.receivedAt)
        }
        expected = generator.scalars.sorted()
        let builder = BatchBuilder(catalogue: ["tickets": ticketSchema], catalog: .init(), filter: .init())
        let plan = builder.plan(events, at: Scene.receivedAt)
        let table = try #require(plan.load.tables.first)
        #expect(plan.load.rejected.isEmpty && mapper.count == 20)
        var found: [String] = []
        for rows in [table.rows] + table.subtables.map(\.rows) {
            for cell in rows.cells where !rows.columns[Int(cell.column)].name.hasPrefix("_sdc") {
                #expect(rows.columns[Int(cell.column)].type == cell.type)
                found.append(rendered(cell, in: rows))
            }
        }
        #expect(found.sorted() == expected, "seed \(seed)")
    }
}

/// Makes records whose scalars are all different, and remembers them.
struct RecordGenerator {
    private var random: SplitMix64
    private var counter = 0
    private(set) var scalars: [String] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func record(id: Int) -> String {
        scalars.append(String(id))
        return #"{"id":\#(id),"# + members(depth: 0).dropFirst()
    }

    private mutating func members(depth: Int) -> String {
        let names = ["n\(depth)a", "n\(depth)b", "n\(depth)c", "n\(depth)\\u0064", "other", "score"].shuffled(
            using: &random
        )
        let chosen = names.prefix(Int.random(in: 1...5, using: &random))
        return "{" + chosen.map { "\"\($0)\": \(value(depth: depth))" }.joined(separator: " ,") + "}"
    }

    private mutating func value(depth: Int) -> String {
        counter += 1
        switch Int.random(in: 0..<(depth < 3 ? 7 : 4), using: &random) {
        case 0: return scalar("\(counter)")
        case 1: return scalar("\(counter).25")
        case 2: return "null"
        case 3:
            _ = scalar("t\(counter)")
            return "\"t\(counter)\""
        case 4, 5: return depth == 0 ? scalar("\(counter)") : members(depth: depth + 1)
        default:
            let count = Int.random(in: 0...3, using: &random)
            return "[" + (0..<count).map { _ in element(depth: depth + 1) }.joined(separator: ", ") + "]"
        }
    }

    private mutating func element(depth: Int) -> String {
        Bool.random(using: &random) ? members(depth: depth) : value(depth: 3)
    }

    private mutating func scalar(_ text: String) -> String {
        scalars.append(text)
        return text
    }
}
