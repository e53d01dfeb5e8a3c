import Catalog
import Extractor
import Foundation
import Model
import TestSupport
import Testing

@Suite("PageDecoder")
struct PageDecoderTests {
    private static func definition(spliced: [String] = [], key: [String] = ["id"]) -> StreamDefinition {
        StreamDefinition(
            "things",
            origin: .request(
                Request(path: "things", dialect: .cursorList, envelope: .list("things"), pageSize: 100)
            ),
            key: key,
            replication: .incremental,
            replicationKey: "updated_at",
            spliced: spliced,
            columns: Columns()
        )
    }

    static func decoder(excluded: [String] = [], spliced: [String] = [], key: [String] = ["id"]) -> PageDecoder {
        let layout = RecordLayout(definition(spliced: spliced, key: key), excluded: excluded, derived: [])
        return PageDecoder(.list("things"), layout: layout)
    }

    static func page(_ records: String, tail: String = "") -> [UInt8] { Array("{\"things\":[\(records)]\(tail)}".utf8) }

    static func texts(_ page: DecodedPage, stream: Int = 0) -> [String] {
        page.streams[stream].records.map { record in
            var bytes: [UInt8] = []
            page.append(record, of: page.streams[stream], to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(
        "fields are cut out with their commas",
        arguments: [
            (["a"], #"{"a":1,"id":1}"#, #"{"id":1}"#),
            (["a"], #"{"id":1, "a":1}"#, #"{"id":1}"#),
            (["a"], #"{"id":1,"a":1,"b":2}"#, #"{"id":1,"b":2}"#),
            (["a", "b"], #"{"a":1 , "b":2 , "id":1}"#, #"{"id":1}"#),
            (["a", "b"], #"{"id":1,"a":[1,{"x":2}],"b":{}}"#, #"{"id":1}"#),
            (["a", "c"], #"{"a":0,"id":1,"b":1,"c":2}"#, #"{"id":1,"b":1}"#),
            (["a"], #"{"id":1,"\u0061":1}"#, #"{"id":1}"#),
            (["a"], #"{"id":1,"a":1,"a":2}"#, #"{"id":1}"#),
            (["a"], #"{"id":1,"b":{"a":1}}"#, #"{"id":1,"b":{"a":1}}"#),
            (["b.a"], #"{"id":1,"b":{"a":1}}"#, #"{"id":1,"b":{}}"#),
            (["b.a"], #"{"id":1,"b":{"a":1,"c":{"a":1}}}"#, #"{"id":1,"b":{"c":{"a":1}}}"#),
            (["b.a.c"], #"{"id":1,"b":{"x":0,"a":{"c":1,"d":2}}}"#, #"{"id":1,"b":{"x":0,"a":{"d":2}}}"#),
            (["b.a"], #"{"id":1,"b":null}"#, #"{"id":1,"b":null}"#),
            (["b.a"], #"{"id":1,"b":[{"a":1,"c":2},3,{"a":1}]}"#, #"{"id":1,"b":[{"c":2},3,{}]}"#),
            (["b[].a"], #"{"id":1,"b":[{"a":1,"c":2}]}"#, #"{"id":1,"b":[{"c":2}]}"#),
            (["b[7]"], #"{"id":1,"b":[{"id":7,"v":1},{"id":8}]}"#, #"{"id":1,"b":[{"id":8}]}"#),
            (["b[7]", "b[8]"], #"{"id":1,"b":[{"id":7},{"id":9},{"id":8}]}"#, #"{"id":1,"b":[{"id":9}]}"#),
            (["b[7]"], #"{"id":1,"b":[{"id":7}]}"#, #"{"id":1,"b":[]}"#),
            (["b[7].v", "b.w"], #"{"id":1,"b":[{"id":7,"v":1,"w":2,"x":3}]}"#, #"{"id":1,"b":[{"id":7,"x":3}]}"#),
            (["id"], #"{"id":1,"a":1}"#, #"{"id":1,"a":1}"#),
        ]
    )
    func cuts(excluded: [String], record: String, expected: String) throws {
        let page = try Self.decoder(excluded: excluded).decode(Self.page(record))
        #expect(Self.texts(page) == [expected])
        #expect(page.streams[0].records[0].length == expected.utf8.count)
    }

    @Test("records keep their bytes, keys and replication keys, in their order")
    func slices() throws {
        let first = #"{ "id" : 28, "updated_at" : "2026-11-20T10:00:00Z", "n": 1.50e3, "s": "\u00e9\n" }"#
        let second = #"{"updated_at":1695052663,"id":"a/b,c"}"#
        let page = try Self.decoder().decode(Self.page("\n \(first) ,\t\(second) "))
        #expect(Self.texts(page) == [first, second])
        #expect(page.streams[0].records.map(\.key) == ["28", "a%2Fb%2Cc"])
        let keys = page.streams[0].records.map { record in
            record.replicationKey.map { String(decoding: page.bytes[$0], as: UTF8.self) }
        }
        #expect(keys == ["2026-11-20T10:00:00Z", "1695052663"])
    }

    @Test("composite keys are joined in the key's order")
    func compositeKey() throws {
        let decoder = Self.decoder(key: ["agent_id", "start_time"])
        let page = try decoder.decode(Self.page(#"{"start_time":"2020-12-14T04:08:32Z","agent_id":36}"#))
        #expect(page.streams[0].records.map(\.key) == ["36,2020-12-14T04%3A08%3A32Z"])
    }

    @Test(
        "the members around the records are read wherever they stand",
        arguments: [
            (
                #"{"meta":{"has_more":true,"after_cursor":"x=="},"things":[],"links":{"next":"y"}}"#,
                PageSummary(hasMore: true, afterCursor: "x==")
            ),
            (#"{"things":[],"meta":{"has_more":false,"after_cursor":null}}"#, PageSummary(hasMore: false)),
            (
                #"{"end_of_stream":false,"after_cursor":"c","things":[],"before_cursor":"d"}"#,
                PageSummary(endOfStream: false, afterCursor: "c")
            ),
            (
                #"{"things":[{"id":1}],"count":1,"end_time":1388327,"end_of_stream":true,"next_page":"z"}"#,
                PageSummary(
                    records: 1,
                    endOfStream: true,
                    endTime: 1_388_327,
                    nextPage: .link("z"),
                    count: 1
                )
            ),
        ]
    )
    func summaries(page: String, expected: PageSummary) throws {
        #expect(try Self.decoder().decode(Array(page.utf8)).summary == expected)
    }

    @Test(
        "what cannot pass is rejected in its place, the rest goes on",
        arguments: [
            ("17", nil), ("null", nil), (#"["id",1]"#, nil), ("{}", nil), (#"{"id":null}"#, nil), (#"{"id":""}"#, nil),
            (#"{"id":{"a":1}}"#, nil),
            (#"{"id":5,"d":\#(String(repeating: "[", count: 64))\#(String(repeating: "]", count: 64))}"#, "5"),
            (#"{"id":6,"s":"\#(String(repeating: "x", count: PageDecoder.maxRecordBytes))"}"#, "6"),
            (#"{"id":7,\#((0..<5000).map { "\"k\($0)\":0" }.joined(separator: ","))}"#, "7"),
        ] as [(String, String?)]
    )
    func rejections(record: String, key: String?) throws {
        let page = try Self.decoder().decode(Self.page(#"{"id":1},\#(record),{"id":2}"#))
        let records = page.streams[0].records
        #expect(records.map { $0.rejection == nil } == [true, false, true])
        #expect(records.map(\.key) == ["1", key, "2"])
        #expect(records.map(\.index) == [0, 1, 2])
        #expect(page.summary.records == 3)
    }

    @Test(
        "a record that is a bomb is rejected, or its page an error, without going into its depth",
        .timeLimit(.minutes(5)),
        arguments: [
            #"{"id":5,"d":\#(String(repeating: "[", count: 300_000))\#(String(repeating: "]", count: 300_000))}"#,
            #"{"id":5,"d":\#(String(repeating: "{\"a\":", count: 100_000))1\#(String(repeating: "}", count: 100_000))}"#,
            #"{"id":5,"d":\#(String(repeating: "[", count: 1_000_000))}"#,
            #"{"id":5,\#((0..<300_000).map { "\"k\($0)\":0" }.joined(separator: ","))}"#,
            #"{"id":5,"d":[\#(String(repeating: "{},", count: 500_000)){}],"s":"\#(String(repeating: "x", count: 4 << 20))"}"#,
            #"{"id":5,"d":\#(String(repeating: "9", count: 5_000_000))}"#,
        ]
    )
    func bombs(record: String) throws {
        do {
            let page = try Self.decoder().decode(Self.page(#"{"id":1},\#(record),{"id":2}"#))
            #expect(page.streams[0].records.map { $0.rejection == nil } == [true, false, true])
        } catch {
            #expect(!error.problem.isEmpty)
        }
    }

    @Test("a record at its limits passes")
    func limits() throws {
        let deep = #"{"id":5,"d":\#(String(repeating: "[", count: 63))\#(String(repeating: "]", count: 63))}"#
        let head = #"{"id":6,"s":""#
        let large = head + String(repeating: "x", count: PageDecoder.maxRecordBytes - head.utf8.count - 2) + "\"}"
        let page = try Self.decoder().decode(Self.page("\(deep),\(large)"))
        #expect(page.streams[0].records.allSatisfy { $0.rejection == nil })
    }

    @Test("the size of a record is what is left after cutting")
    func sizeAfterCutting() throws {
        let record = #"{"id":6,"s":"\#(String(repeating: "x", count: PageDecoder.maxRecordBytes))"}"#
        let page = try Self.decoder(excluded: ["s"]).decode(Self.page(record))
        #expect(page.streams[0].records.map(\.rejection) == [nil])
    }

    @Test("a page that is cut short, or no JSON, or no page, is an error")
    func invalidPages() throws {
        let page = Self.page(#"{"id":1},{"id":2}"#, tail: #","end_of_stream":true"#)
        for length in 0..<page.count {
            #expect(throws: PageError.self) { try Self.decoder().decode(Array(page.prefix(length))) }
        }
        for text in [
            "<html></html>", "{}", "[]", #"{"things":{}}"#, #"{"things":[\#u{1}]}"#, "\u{FEFF}{\"things\":[]}",
        ] {
            #expect(throws: PageError.self) { try Self.decoder().decode(Array(text.utf8)) }
        }
        #expect(throws: PageError.self) {
            try Self.decoder().decode(Array(#"{"things":[""#.utf8) + [0xFF, 0x22, 0x5D, 0x7D])
        }
    }

    @Test("records of another stream are taken out of their field, a null one is none")
    func derived() throws {
        let metrics = try #require(Catalog.stream("ticket_metrics", of: .support))
        let tickets = try #require(Catalog.stream("tickets", of: .support))
        let decoder = PageDecoder(
            .list("tickets"),
            layout: RecordLayout(tickets, excluded: [], derived: ["metric_set"]),
            derived: [RecordLayout(metrics, excluded: ["url"], derived: [])]
        )
        let page = try decoder.decode(
            Array(
                #"""
                {"tickets":[{"id":1,"fields":[],"metric_set":{"id":91,"url":"u","ticket_id":1},"status":"new"},
                {"id":2,"metric_set":null},{"id":3},{"id":4,"metric_set":[]}],"end_of_stream":true}
                """#.utf8
            )
        )
        #expect(Self.texts(page) == [#"{"id":1,"status":"new"}"#, #"{"id":2}"#, #"{"id":3}"#, #"{"id":4}"#])
        #expect(Self.texts(page, stream: 1) == [#"{"id":91,"ticket_id":1}"#, "[]"])
        #expect(page.streams[1].records.map(\.index) == [0, 3])
        #expect(page.streams[1].records.map { $0.rejection == nil } == [true, false])
    }

    @Test("what is kept equals the record without the cut fields", arguments: 0..<300)
    func property(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let records = (0..<Int.random(in: 0...6, using: &random)).map { RandomJSON.record(id: $0, &random) }
        let excluded = Array(["a", "b.a", "b", "c.a.b", "c[3]", "d"].shuffled(using: &random).prefix(3))
        let page = try Self.decoder(excluded: excluded).decode(Self.page(records.joined(separator: " ,")))
        let kept = Self.texts(page)
        try #require(kept.count == records.count)
        for (record, kept) in zip(records, kept) {
            var expected = try JSONSerialization.jsonObject(with: Data(record.utf8))
            for path in excluded { expected = RandomJSON.without(path.split(separator: ".")[...], expected) }
            let actual = try JSONSerialization.jsonObject(with: Data(kept.utf8))
            let isEqual = (actual as? NSDictionary) == (expected as? NSDictionary)
            #expect(isEqual, "seed \(seed), \(excluded): \(record) -> \(kept)")
        }
    }
}

/// Random records of a few field names, so that paths meet them often.
private enum RandomJSON {
    static func record(id: Int, _ random: inout SplitMix64) -> String {
        var members = ["\"id\":\(id)"]
        for name in ["a", "b", "c", "d", "e"] where Bool.random(using: &random) {
            members.append("\"\(name)\"\(space(&random)):\(space(&random))\(value(depth: 3, &random))")
        }
        members.shuffle(using: &random)
        return "{\(space(&random))\(members.joined(separator: "\(space(&random)),\(space(&random))"))\(space(&random))}"
    }

    static func value(depth: Int, _ random: inout SplitMix64) -> String {
        switch Int.random(in: 0...(depth > 0 ? 7 : 4), using: &random) {
        case 0: return "null"
        case 1: return "true"
        case 2: return "\(Int.random(in: -5...5, using: &random))"
        case 3: return "\"x\\\"},{\\u00e9\""
        case 4: return "\"é]\""
        case 5:
            let elements = (0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth: depth - 1, &random) }
            return "[\(elements.joined(separator: ","))]"
        default:
            var members: [String] = []
            for name in ["id", "a", "b"] where Bool.random(using: &random) {
                members.append("\"\(name)\":\(name == "id" ? "3" : value(depth: depth - 1, &random))")
            }
            return "{\(members.joined(separator: space(&random) + ","))}"
        }
    }

    private static func space(_ random: inout SplitMix64) -> String {
        [" ", "", "\n", ""].randomElement(using: &random) ?? ""
    }

    /// The same by way of a tree: what the decoder does by way of ranges.
    static func without(_ path: ArraySlice<Substring>, _ value: Any) -> Any {
        guard let step = path.first else { return value }
        let name = String(step.prefix { $0 != "[" })
        let element = step.contains("[") ? Int(step.drop { $0 != "[" }.dropFirst().dropLast()) : nil
        if let list = value as? [Any] { return list.map { without(path, $0) } }
        guard var object = value as? [String: Any], let member = object[name] else { return value }
        if let element {
            if let list = member as? [Any] {
                object[name] = list.filter { (($0 as? [String: Any])?["id"] as? Int) != element }
            }
        } else if path.count == 1 {
            object[name] = nil
        } else {
            object[name] = without(path.dropFirst(), member)
        }
        return object
    }
}
