import JSONScan
import Testing

@Suite("Validation of a document")
struct ValidateTests {
    @Test(
        "accepts what RFC 8259 allows",
        arguments: [
            "{}", "[]", "\"\"", "0", "true", "false", "null", " {} ", "\t\r\n [ ] \n",
            "-0", "-1", "10", "0.5", "0.0", "-0.0", "1E+2", "1e2", "1e-2", "1.5E0", "0e0", "0e00", "1e999", "-1E-999",
            "123456789012345678901234567890", "1.00000000000000000000000000000000000001",
            "[1,2,3]", "[ 1 , 2 , 3 ]", "{\"a\":1}", "{ \"a\" : 1 , \"b\" : [ ] }", "{\"\":0}", "{\"a\":{\"a\":{}}}",
            "{\"a\":1,\"a\":2}", "[[],{},[[]],[{}]]", "[true,false,null]",
            #""\" \\ \/ \b \f \n \r \t""#, #""\u0041\u00e9\u00E9\uFFFF""#, #""\ud83d\ude00""#, #""\u0000""#,
            #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800\n""#, #""\udc00\ud800""#,
            "\"\u{7F}\"", "\"é\"", "\"€\"", "\"😀\"", "\"\u{FEFF}\"", "\"\u{2028}\u{2029}\"", "\"\u{10FFFF}\"",
            "\"12345678\"", "\"1234567\"", "\"123456789\"", "\"1234567é\"",
        ]
    )
    func accepts(_ document: String) throws {
        let node = try validated(document).get()
        let bytes = Array(document.utf8)
        let trimmed = bytes.drop { $0 <= 0x20 }
        #expect(node.range.lowerBound == bytes.count - trimmed.count)
        #expect(node.range.upperBound == (bytes.lastIndex { $0 > 0x20 } ?? -1) + 1)
    }

    @Test(
        "tells the kind of the root",
        arguments: [
            ("{}", JSONKind.object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("7", .number),
            ("true", .true),
            ("false", .false), ("null", .null),
        ]
    )
    func kind(_ document: String, _ kind: JSONKind) throws {
        #expect(try validated(" \(document) ").get() == JSONNode(kind: kind, range: 1..<(document.utf8.count + 1)))
    }

    @Test(
        "refuses what ends too early",
        arguments: [
            "", " ", "\n", "{", "[", "\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1", "[1,", "[[]",
            "t",
            "tru", "fals", "nul", "\"\\", "[\"a\"", "{\"a\" ", "{ ",
        ]
    )
    func refusesCutOff(_ document: String) {
        #expect(validated(document) == .failure(.unexpectedEnd))
    }

    @Test(
        "refuses bytes where the grammar has no place for them, and tells where",
        arguments: [
            ("}", 0), ("]", 0), (",", 0), (":", 0), ("+1", 0), (".5", 0), ("'a'", 0), ("NaN", 0), ("Infinity", 0),
            ("[1,]", 3), ("[,1]", 1), ("[1,,2]", 3), ("[1 2]", 3), ("[1}", 2), ("{1:2}", 1), ("{a:1}", 1),
            ("{\"a\":1,}", 7), ("{,}", 1), ("{\"a\"}", 4), ("{\"a\",1}", 4), ("{\"a\":}", 5), ("{\"a\":1]", 6),
            ("{\"a\" 1}", 5), ("{\"a\":1 \"b\":2}", 7), ("tRue", 1), ("falSe", 3), ("nulL", 3), ("[truex]", 5),
            ("[1x]", 2), ("[0x10]", 2), ("[1.5.5]", 4), ("[/**/1]", 1), ("\u{FEFF}{}", 0), ("\u{A0}1", 0),
            ("\u{0B}1", 0),
            ("\u{0C}1", 0), ("[\u{0}]", 1), ("[\"a\"\"b\"]", 4), ("[\"a\":1]", 4),
        ]
    )
    func refusesByte(_ document: String, _ offset: Int) {
        #expect(validated(document) == .failure(.unexpectedByte(offset: offset)))
    }

    @Test(
        "refuses malformed numbers",
        arguments: [
            "01", "-01", "00", "1.", "-", "-.5", "1e", "1E+", "1e-", "1.e1", "-a", "--1", "-+1", "0123", "1.e", "1e+-2",
            "-Infinity",
        ]
    )
    func refusesNumber(_ number: String) {
        #expect(validated(number) == .failure(.invalidNumber(offset: 0)))
        #expect(validated("[1,\(number)]") == .failure(.invalidNumber(offset: 3)))
    }

    @Test(
        "refuses malformed escapes",
        arguments: [
            #"\x"#, #"\u"#, #"\u12"#, #"\u123"#, #"\u123g"#, #"\U0041"#, #"\'"#, #"\0"#, #"\u 041"#, #"\u+041"#, "\\\n",
        ]
    )
    func refusesEscape(_ escape: String) {
        #expect(validated("\"ab\(escape)\"") == .failure(.invalidEscape(offset: 3)))
        #expect(validated("\"0123456789\(escape)\"") == .failure(.invalidEscape(offset: 11)))
    }

    @Test("refuses every control character in a string, at every position of a word", arguments: 0..<UInt8(0x20))
    func refusesControlCharacter(_ control: UInt8) {
        for position in 0..<20 {
            var string = [UInt8](repeating: 0x61, count: 20)
            string[position] = control
            let bytes = [0x22] + string + [0x22]
            #expect(validated(bytes) == .failure(.controlCharacter(offset: position + 1)))
        }
    }

    @Test("refuses what follows the document", arguments: ["{} {}", "1 2", "null,", "[]]", "\"\"\"", "1\u{0}", "{}x"])
    func refusesTrailing(_ document: String) {
        guard case .failure(.trailingBytes) = validated(document) else {
            Issue.record("\(validated(document))")
            return
        }
    }

    @Test("bounds the depth of arrays and objects together, empty ones included")
    func boundsDepth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try validated(nested(64, "[", "]")).get() }
        #expect(validated(nested(65, "[", "]")) == .failure(.tooDeep(offset: 64)))
        #expect(throws: Never.self) { try validated(nested(32, "[{\"a\":", "}]").replacing(":}", with: ":0}")).get() }
        #expect(validated(String(repeating: "{\"a\":", count: 65)) == .failure(.tooDeep(offset: 320)))
        #expect(validated("[]", limits: JSONLimits(depth: 0)) == .failure(.tooDeep(offset: 0)))
        #expect(throws: Never.self) { try validated("1", limits: JSONLimits(depth: 0)).get() }
        // Siblings do not add up.
        #expect(throws: Never.self) { try validated("[[],[],{}]", limits: JSONLimits(depth: 2)).get() }
        // A million brackets neither overflow a stack nor take long.
        let deep = nested(1_000_000, "[", "]")
        #expect(throws: Never.self) { try validated(deep, limits: JSONLimits(depth: .max)).get() }
    }

    @Test("bounds the members of each object by itself")
    func boundsMembers() throws {
        let limits = JSONLimits(members: 2)
        #expect(throws: Never.self) { try validated(#"{"a":{"a":1,"b":2},"b":[1,2,3]}"#, limits: limits).get() }
        #expect(validated(#"{"a":1,"b":2,"c":3}"#, limits: limits) == .failure(.tooManyMembers(offset: 13)))
        #expect(validated(#"{"a":{"b":1,"c":2,"d":3}}"#, limits: limits) == .failure(.tooManyMembers(offset: 18)))
        let exactly = (0..<5000).map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(throws: Never.self) { try validated("{\(exactly)}").get() }
        guard case .failure(.tooManyMembers) = validated("{\(exactly),\"a\":0}") else {
            Issue.record("5001 members pass")
            return
        }
    }
}
