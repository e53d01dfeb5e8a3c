import Catalog
import Extractor
import Foundation
import Model
import Testing

@Suite("PageDecoder, children with their parent's key")
struct ParentKeyTests {
    private static func decoder(excluded: [String] = []) -> PageDecoder {
        let children = StreamDefinition(
            "children",
            origin: .perRecord(.whole("rows", at: "parents/{id}/rows.json", parentKey: "parent_id"), of: "parents"),
            replication: .full,
            replicationKey: nil,
            columns: Columns(integer: "id parent_id")
        )
        return PageDecoder(.list("rows"), of: children, excluded: excluded, derived: [])
    }

    private static func texts(_ records: String, _ key: String?, excluded: [String] = []) throws -> [String] {
        let page = try decoder(excluded: excluded).decode(Array("{\"rows\":[\(records)]}".utf8), parentKey: key)
        let texts = PageDecoderTests.texts(page)
        #expect(page.streams[0].records.map(\.length) == texts.map(\.utf8.count))
        return texts
    }

    @Test(
        "each record gets the key behind its members, unless it has it",
        arguments: [
            (#"{"id":1}"#, #"{"id":1,"parent_id":7}"#),
            (#"{"id":1 , "a":[{}] }"#, #"{"id":1 , "a":[{}] ,"parent_id":7}"#),
            (#"{"parent_id":8,"id":1}"#, #"{"parent_id":8,"id":1}"#),
            (#"{"parent\u005fid":null,"id":1}"#, #"{"parent\u005fid":null,"id":1}"#),
            // Only a member of the record itself counts.
            (#"{"a":{"parent_id":8},"id":1}"#, #"{"a":{"parent_id":8},"id":1,"parent_id":7}"#),
        ]
    )
    func appended(record: String, expected: String) throws {
        #expect(try Self.texts(record, "7") == [expected])
        #expect(try Self.texts("\(record),{\"id\":2}", "7") == [expected, #"{"id":2,"parent_id":7}"#])
        #expect(try Self.texts(record, nil) == [record])
    }

    @Test(
        "an integer stays one; any other key is a string",
        arguments: [
            ("9223372036854775807", "9223372036854775807"), ("-5", "-5"), ("007", #""007""#), ("1e5", #""1e5""#),
            ("9223372036854775808", #""9223372036854775808""#), ("a\"b\n", #""a\"b\n""#), ("", #""""#),
        ]
    )
    func values(key: String, value: String) throws {
        #expect(try Self.texts(#"{"id":1}"#, key) == ["{\"id\":1,\"parent_id\":\(value)}"])
    }

    @Test("what is cut out leaves no comma; an excluded key is not added")
    func excluded() throws {
        #expect(try Self.texts(#"{"a":1,"id":2}"#, "7", excluded: ["a"]) == [#"{"id":2,"parent_id":7}"#])
        #expect(try Self.texts(#"{"id":2,"a":1}"#, "7", excluded: ["a"]) == [#"{"id":2,"parent_id":7}"#])
        #expect(try Self.texts(#"{"id":2,"parent_id":8}"#, "7", excluded: ["parent_id"]) == [#"{"id":2}"#])
        #expect(try Self.texts(#"{"id":2}"#, "7", excluded: ["parent_id"]) == [#"{"id":2}"#])
    }

    @Test("a record without a usable key of its own is rejected, with the parent's behind its members")
    func rejected() throws {
        let decoder = Self.decoder()
        let page = try decoder.decode(Array(#"{"rows":[{ },{"a":1},3,{"id":4}]}"#.utf8), parentKey: "7")
        #expect(page.streams[0].records.map { $0.rejection == nil } == [false, false, false, true])
        #expect(
            PageDecoderTests.texts(page)
                == [#"{ "parent_id":7}"#, #"{"a":1,"parent_id":7}"#, "3", #"{"id":4,"parent_id":7}"#]
        )
    }

    @Test("the added member counts: a record with as many as may be is one too wide")
    func limits() throws {
        let record = { (count: Int) in
            "{" + (0..<count).map { $0 == 0 ? "\"id\":1" : "\"m\($0)\":0" }.joined(separator: ",") + "}"
        }
        let page = try Self.decoder().decode(
            Array("{\"rows\":[\(record(4999)),\(record(5000))]}".utf8),
            parentKey: "7"
        )
        #expect(page.streams[0].records.map { $0.rejection == nil } == [true, false])
    }
}
