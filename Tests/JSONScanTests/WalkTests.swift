import JSONScan
import Testing

@Suite("Walking members and elements")
struct WalkTests {
    @Test("gives each member's key and value as written")
    func walksMembers() throws {
        let bytes = Array(
            #" { "a" : [1, {"}":"]"}] ,"b\"":"x\\","c":-1.5e3, "d":true,"e":false,"f":null , "g":{}} "#.utf8
        )
        let object = try root(bytes)
        let found = members(of: object, in: bytes).map { member in
            "\(slice(member.key, of: bytes)) \(member.value.kind) \(slice(member.value.range, of: bytes))"
        }
        #expect(
            found == [
                #""a" array [1, {"}":"]"}]"#, #""b\"" string "x\\""#, #""c" number -1.5e3"#, #""d" true true"#,
                #""e" false false"#, #""f" null null"#, #""g" object {}"#,
            ]
        )
    }

    @Test("gives each element as written")
    func walksElements() throws {
        let bytes = Array("[ 1 , \"[\", [ ] ,{ } , null,[[2]] ]".utf8)
        let found = elements(of: try root(bytes), in: bytes).map { slice($0.range, of: bytes) }
        #expect(found == ["1", "\"[\"", "[ ]", "{ }", "null", "[[2]]"])
    }

    @Test("finds nothing in empty containers and in nodes of another kind")
    func findsNothing() throws {
        for document in ["{}", "[]", "{ \n}", "[ \t]", "\"[1]\"", "12", "true", "null"] {
            let bytes = Array(document.utf8)
            let node = try root(bytes)
            #expect(members(of: node, in: bytes).isEmpty)
            #expect(elements(of: node, in: bytes).isEmpty)
        }
        let bytes = Array(#"[{"a":1}]"#.utf8)
        #expect(members(of: try root(bytes), in: bytes).isEmpty)
    }

    @Test("finds the first member with a key, however the key is escaped")
    func findsMember() throws {
        let bytes = Array(#"{"x":{"id":0},"\u0069d":1,"id":2}"#.utf8)
        let object = try root(bytes)
        let first = JSON.member("id", of: object, in: bytes.span)
        #expect(first.map { slice($0.range, of: bytes) } == "1")
        let missing = JSON.member("i", of: object, in: bytes.span)
        #expect(missing == nil)
    }

    @Test(
        "reads the integers that fit",
        arguments: [
            ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999", nil), ("1.0", nil),
            ("1e3", nil), ("1E0", nil), ("-", nil), ("", nil), ("\"1\"", nil), ("true", nil),
            ("00000000000000000000001", 1),
        ] as [(String, Int64?)]
    )
    func integers(_ number: String, _ expected: Int64?) {
        let bytes = Array(number.utf8)
        let integer = JSON.integer(0..<bytes.count, in: bytes.span)
        #expect(integer == expected)
    }

    @Test("writes a value without insignificant white space, all else untouched")
    func compacts() throws {
        let bytes = Array("  {\n \"b\" : [ 1.50 , \" a\\t \\u0041 \" ] ,\t\"a\":{ } , \"b\":\r\ntrue } ".utf8)
        let node = try root(bytes)
        #expect(
            String(decoding: compact(node, in: bytes), as: UTF8.self)
                == #"{"b":[1.50," a\t \u0041 "],"a":{},"b":true}"#
        )
        let member = JSON.member("b", of: node, in: bytes.span)
        let inner = try #require(member)
        var buffer = Array("x=".utf8)
        JSON.appendCompact(inner, in: bytes.span, to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == #"x=[1.50," a\t \u0041 "]"#)
    }

    @Test("stays within bounds and comes to an end on any bytes", arguments: 0..<20)
    func walksAnything(_ seed: UInt64) {
        var generator = DocumentGenerator(seed: seed)
        var mutator = Mutator(seed: seed)
        for _ in 0..<200 {
            let bytes = mutator.mutated(generator.document())
            let start = bytes.firstIndex { $0 > 0x20 } ?? 0
            for range in [start..<bytes.count, -3..<Int.max, Int.min..<2, Int.min..<Int.max, 5..<5] {
                // Each step takes a byte at least.
                let members = members(of: JSONNode(kind: .object, range: range), in: bytes)
                #expect(members.count <= bytes.count)
                #expect(members.allSatisfy { 0 <= $0.key.lowerBound && $0.value.range.upperBound <= bytes.count })
                let elements = elements(of: JSONNode(kind: .array, range: range), in: bytes)
                #expect(elements.count <= bytes.count)
                #expect(elements.allSatisfy { 0 <= $0.range.lowerBound && $0.range.upperBound <= bytes.count })
                for node in members.map(\.value) + elements + [JSONNode(kind: .string, range: range)] {
                    let text = JSON.text(of: node.range, in: bytes.span)
                    #expect(text.unicodeScalars.count <= bytes.count)
                    #expect(compact(node, in: bytes).count <= bytes.count)
                    let isNumber = JSON.integer(node.range, in: bytes.span) != nil
                    #expect(!isNumber || node.range.overlaps(0..<bytes.count))
                }
            }
        }
    }

    @Test("finds the end of an array whatever the offset of its brackets, quotes and escapes within a word")
    func findsEnds() throws {
        let pieces = ["\"]\"", "\"\\\"\"", "\"\\\\\"", "[[]]", "{\"}\":{}}", "1", "\"[{\""]
        for first in pieces {
            for second in pieces {
                for padding in 0..<9 {
                    let spaces = String(repeating: " ", count: padding)
                    let array = "[\(spaces)\(first),\"\(spaces)\",\(second)\(spaces)]"
                    let bytes = Array("[\(array),\(array)]".utf8)
                    let found = elements(of: try root(bytes), in: bytes).map { slice($0.range, of: bytes) }
                    #expect(found == [array, array])
                }
            }
        }
    }

    private func slice(_ range: Range<Int>, of bytes: [UInt8]) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
