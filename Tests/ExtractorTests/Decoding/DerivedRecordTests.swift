import Catalog
import Extractor
import Foundation
import Model
import TestSupport
import Testing

@Suite("PageDecoder, records out of other records")
struct DerivedRecordTests {
    private static func stream(_ name: StreamName, key: [String] = ["id"], order: String? = nil) -> StreamDefinition {
        StreamDefinition(
            name,
            origin: .request(.init(path: "x", dialect: .singlePage, envelope: .array, pageSize: 1)),
            key: key,
            replication: .incremental,
            replicationKey: order,
            columns: Columns()
        )
    }

    private static let inheriting = Elements(
        list: "events",
        where: "type",
        is: "Comment",
        inherits: ["ticket_id", "created_at", "via"],
        replaces: ["metadata"]
    )

    private static func elements(_ elements: Elements = inheriting, excluded: [String] = []) -> PageDecoder {
        let comments = DerivedLayout(
            stream("comments", order: "created_at"),
            from: .elements(elements),
            excluded: excluded
        )
        return PageDecoder(.list("rows"), of: stream("rows"), excluded: [], derived: [comments])
    }

    private static func decoded(_ records: String, _ decoder: PageDecoder = elements()) throws -> DecodedPage {
        try decoder.decode(Array("{\"rows\":[\(records)],\"end_time\":5}".utf8))
    }

    @Test(
        "an element takes members from the record around it",
        arguments: [
            // Nothing of its own; the list may stand before or after what is taken.
            (
                #"{"events":[{"id":7,"type":"Comment"}],"id":1,"ticket_id":3,"metadata":{"a":[1]}}"#,
                [#"{"id":7,"type":"Comment","ticket_id":3,"metadata":{"a":[1]}}"#]
            ),
            // Its own stay where it inherits, and go where it is replaced.
            (
                #"{"id":1,"ticket_id":3,"metadata":2,"events":[{"metadata":9,"id":7,"ticket_id":4,"type":"Comment" }]}"#,
                [#"{"id":7,"ticket_id":4,"type":"Comment" ,"metadata":2}"#]
            ),
            // What the record around lacks leaves the element's own.
            (
                #"{"id":1,"events":[{"metadata":9,"id":7,"type":"Comment"}]}"#,
                [#"{"metadata":9,"id":7,"type":"Comment"}"#]
            ),
            // Others are no records, nor are lists that are none.
            (#"{"id":1,"events":[{"id":2,"type":"Create"},3,null,{"id":3},{"type":["Comment"]}]}"#, []),
            (#"{"id":1,"events":{"id":7,"type":"Comment"}},{"id":2,"events":null},{"id":3}"#, []),
            (#"{"id":1,"events":[{"id":7,"type":"\u0043omment"}]}"#, [#"{"id":7,"type":"\u0043omment"}"#]),
        ] as [(String, [String])]
    )
    func elements(records: String, expected: [String]) throws {
        let page = try Self.decoded(records)
        #expect(PageDecoderTests.texts(page, stream: 1) == expected)
        #expect(page.streams[1].records.map(\.length) == expected.map(\.utf8.count))
        #expect(page.streams[1].records.allSatisfy { $0.rejection == nil })
    }

    @Test("elements have numbers, keys and replication keys of their own, also inherited ones")
    func numbers() throws {
        let page = try Self.decoded(
            #"""
            {"id":1,"created_at":"2026-01-01T00:00:00Z","events":[{"id":7,"type":"Comment"},{"id":8,"type":"Comment"}]},
            {"id":2},{"id":3,"events":[{"type":"Comment"},{"id":9,"type":"Comment","created_at":"x"}]}
            """#
        )
        let comments = page.streams[1]
        #expect(comments.records.map(\.index) == [0, 1, 2, 3])
        #expect(comments.records.map(\.key) == ["7", "8", nil, "9"])
        #expect(comments.records.map { $0.rejection == nil } == [true, true, false, true])
        let orders = comments.records.map { $0.replicationKey.map { String(decoding: page.bytes[$0], as: UTF8.self) } }
        #expect(orders == ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", nil, "x"])
        #expect(page.extent == 4 && page.summary.records == 3)
    }

    @Test("what is excluded is cut out of an element and of what it inherits")
    func excluded() throws {
        let records = #"{"id":1,"metadata":{"a":1,"b":2},"via":5,"events":[{"type":"Comment","x":1}]}"#
        let decoder = Self.elements(excluded: ["metadata.a", "via", "x", "type"])
        #expect(PageDecoderTests.texts(try Self.decoded(records, decoder), stream: 1) == [#"{"metadata":{"b":2}}"#])
    }

    @Test("an element beyond the limits is rejected alone")
    func limits() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        let large = String(repeating: "x", count: PageDecoder.maxRecordBytes)
        let page = try Self.decoded(
            #"""
            {"id":1,"events":[{"id":1,"type":"Comment","d":\#(deep)},{"id":2,"type":"Comment","s":"\#(large)"},
            {"id":3,"type":"Comment"}]},{"id":2,"metadata":\#(deep),"events":[{"id":4,"type":"Comment"}]}
            """#
        )
        #expect(page.streams[1].records.map { $0.rejection == nil } == [false, false, true, false])
        #expect(page.streams[1].records.map(\.key) == ["1", "2", "3", "4"])
    }

    @Test("tickets with a redacted comment, or one made private, are named")
    func redactions() throws {
        let page = try Self.decoded(
            #"""
            {"id":1,"ticket_id":3,"events":[{"id":1,"type":"CommentRedactionEvent"},{"id":2,"type":"Comment"}]},
            {"id":2,"ticket_id":4,"events":[{"id":3,"type":"Change"}]},
            {"id":3,"ticket_id":5,"events":[{"id":4,"type":"CommentPrivacyChange"},{"type":"AttachmentRedactionEvent"}]}
            """#
        )
        #expect(page.redactedTickets == [3, 5])
    }

    @Test("a list beside the records has records of its own; a page may lack it")
    func besides() throws {
        let identities = DerivedLayout(Self.stream("identities"), from: .list("identities"), excluded: ["x"])
        let decoder = PageDecoder(.list("rows"), of: Self.stream("rows"), excluded: [], derived: [identities])
        let page = try decoder.decode(
            Array(#"{"identities":[{"id":5,"x":1},{"id":6},7],"rows":[{"id":1}],"end_of_stream":true}"#.utf8)
        )
        #expect(PageDecoderTests.texts(page, stream: 1) == [#"{"id":5}"#, #"{"id":6}"#, "7"])
        #expect(page.streams[1].records.map(\.index) == [0, 1, 2])
        #expect(page.extent == 3)
        #expect(try decoder.decode(Array(#"{"rows":[{"id":1}]}"#.utf8)).streams[1].records.isEmpty)
    }

    @Test("a stream may get the records as they are, with a member renamed")
    func renames() throws {
        let events = Self.stream("ticket_events")
        let layout = PageLayout(
            .list("rows"),
            parent: events,
            streams: [Self.stream("ticket_audits"), events],
            excluded: ["ticket_audits": ["x"]],
            renames: ["ticket_audits": PageLayout.fastAudits]
        )
        #expect(layout.places == [1, 0])
        let page = try layout.decoder.decode(
            Array(#"{"rows":[{"id":1, "child_events" : [{"child_events":1}],"x":2},{"child_events":3,"id":2}]}"#.utf8)
        )
        #expect(
            PageDecoderTests.texts(page, stream: 1)
                == [#"{"id":1, "events" : [{"child_events":1}]}"#, #"{"events":3,"id":2}"#]
        )
        #expect(PageDecoderTests.texts(page)[1] == #"{"child_events":3,"id":2}"#)
    }

    @Test(
        "each envelope's records are found",
        arguments: [
            (Envelope.lists(["a", "b"]), #"{"b":[{"id":9},{"id":3}],"a":[{"id":4}]}"#, ["4", "9", "3"], 9),
            (.lists(["a", "b"]), #"{"a":null,"b":[{"id":4}]}"#, ["4"], 4), (.lists(["a", "b"]), #"{"a":[]}"#, [], nil),
            (.array, #" [{"id":1},{"id":"2"}] "#, ["1", "2"], 2), (.array, "[]", [], nil),
            (.object, #"{"id":1,"count":5,"meta":{}}"#, ["1"], nil),
            (.member("data"), #"{"data":{"id":1}}"#, ["1"], nil),
            (.member("data"), #"{"data":null}"#, [], nil),
        ] as [(Envelope, String, [String], Int64?)]
    )
    func envelopes(envelope: Envelope, text: String, keys: [String], greatest: Int64?) throws {
        let decoder = PageDecoder(envelope, of: Self.stream("rows"), excluded: [], derived: [])
        let page = try decoder.decode(Array(text.utf8))
        #expect(page.streams[0].records.compactMap(\.key) == keys)
        #expect(page.streams[0].records.map(\.index) == Array(keys.indices))
        #expect(page.summary.records == keys.count)
        #expect(page.summary.greatestID == greatest)
    }

    @Test(
        "an answer without its envelope is no page",
        arguments: [
            (Envelope.array, "{}"), (.object, "[]"), (.lists(["a"]), #"{"b":[]}"#), (.lists(["a"]), #"{"a":{}}"#),
            (.member("a"), "{}"),
        ]
    )
    func wrongEnvelopes(envelope: Envelope, text: String) {
        let decoder = PageDecoder(envelope, of: Self.stream("rows"), excluded: [], derived: [])
        #expect(throws: PageError.noRecords(envelope)) { try decoder.decode(Array(text.utf8)) }
    }

    @Test("a walk for children reads keys, order and what is deleted")
    func parents() throws {
        let decoder = ParentDecoder(.list("rows"), of: Self.stream("rows", order: "generated_timestamp"))
        let page = try decoder.decode(
            Array(
                #"""
                {"rows":[{"generated_timestamp":5,"id":1,"status":"open"},{"id":2,"status":"deleted"},{"status":"deleted"}],
                "after_cursor":"c","end_of_stream":false}
                """#.utf8
            )
        )
        #expect(page.records.map(\.key) == ["1", "2"])
        #expect(page.records.map(\.order) == ["5", nil])
        #expect(page.records.map(\.isDeleted) == [false, true])
        #expect(page.summary == PageSummary(records: 3, endOfStream: false, afterCursor: "c"))
    }

    @Test("an element is the JSON that a tree would give", arguments: 0..<300)
    func property(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let names = ["ticket_id", "created_at", "via", "metadata", "z"]
        func members(_ more: [String]) -> String {
            let values = ["1", "null", #""a\"}\u00e9""#, "[1,{}]", #"{"id":2,"via":[]}"#]
            let own = names.filter { _ in Bool.random(using: &random) }
            let texts = own.map { "\"\($0)\": \(values.randomElement(using: &random) ?? "1")" } + more
            return "{ \(texts.shuffled(using: &random).joined(separator: " ,")) }"
        }
        let events = (0..<3).map { members(["\"id\":\($0)", "\"type\":\"\($0 == 1 ? "Change" : "Comment")\""]) }
        let record = members(["\"id\":1", "\"events\":[\(events.joined(separator: ","))]"])
        let page = try Self.decoded(record)
        let around = try #require(try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any])
        let texts = PageDecoderTests.texts(page, stream: 1)
        try #require(texts.count == 2)
        for (text, event) in zip(texts, [events[0], events[2]]) {
            var expected = try #require(try JSONSerialization.jsonObject(with: Data(event.utf8)) as? [String: Any])
            for name in ["ticket_id", "created_at", "via"] where expected[name] == nil { expected[name] = around[name] }
            if let metadata = around["metadata"] { expected["metadata"] = metadata }
            let actual = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
            #expect(actual == expected as NSDictionary, "seed \(seed): \(record) -> \(text)")
        }
    }
}
