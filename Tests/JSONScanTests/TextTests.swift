import JSONScan
import Testing

@Suite("The text of strings")
struct TextTests {
    @Test(
        "unescapes",
        arguments: [
            (#""""#, ""), (#""a""#, "a"), (#""plain text of some length""#, "plain text of some length"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""x\ud83d\ude00y""#, "x😀y"), (#""\uD83D\uDE00""#, "😀"), (#""é\n€""#, "é\n€"), (#""\\u0041""#, "\\u0041"),
            (#""\uffff\ufffd""#, "\u{FFFF}\u{FFFD}"), (#""\udbff\udfff""#, "\u{10FFFF}"),
        ]
    )
    func unescapes(_ literal: String, _ expected: String) {
        let bytes = Array(literal.utf8)
        let (text, repairs) = text(bytes)
        #expect(text == Array(expected.utf8))
        #expect(repairs == .none)
        #expect(Array(JSON.text(of: 0..<bytes.count, in: bytes.span).utf8) == text)
        let isPlain = JSON.isPlain(0..<bytes.count, in: bytes.span)
        #expect(isPlain == !literal.contains("\\"))
    }

    @Test(
        "removes U+0000 and replaces lone surrogates, and counts both",
        arguments: [
            (#""\u0000""#, "", 1, 0), (#""a\u0000b\u0000""#, "ab", 2, 0), (#""\ud800""#, "\u{FFFD}", 0, 1),
            (#""\udc00x""#, "\u{FFFD}x", 0, 1), (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}", 0, 2),
            (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}", 0, 2), (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀", 0, 1),
            (#""\ud800\u0041""#, "\u{FFFD}A", 0, 1), (#""\ud800\u0000""#, "\u{FFFD}", 1, 1),
            (#""\ud800\n""#, "\u{FFFD}\n", 0, 1),
            (#""\ud800\\udc00""#, "\u{FFFD}\\udc00", 0, 1), (#""\ufffd""#, "\u{FFFD}", 0, 0),
        ]
    )
    func repairs(_ literal: String, _ expected: String, _ nuls: Int, _ surrogates: Int) throws {
        let bytes = Array(literal.utf8)
        #expect(try root(bytes).kind == .string)
        let (text, repairs) = text(bytes)
        #expect(text == Array(expected.utf8))
        #expect(repairs == TextRepairs(nulsRemoved: nuls, surrogatesReplaced: surrogates))
    }

    @Test("adds repairs up")
    func addsRepairs() {
        var sum = TextRepairs.none
        sum += TextRepairs(nulsRemoved: 1)
        sum += TextRepairs(nulsRemoved: 2, surrogatesReplaced: 3)
        #expect(sum == TextRepairs(nulsRemoved: 3) + TextRepairs(surrogatesReplaced: 3))
    }

    @Test("gives back any text that was escaped")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 3)
        let scalars: [ClosedRange<UInt32>] = [
            0x01...0x7F, 0x01...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0x10000...0x10FFFF,
        ]
        for _ in 0..<3000 {
            var original = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let value = UInt32.random(in: scalars.randomElement(using: &random) ?? 1...0x7F, using: &random)
                if let scalar = Unicode.Scalar(value) { original.append(scalar) }
            }
            let expected = Array(String(original).utf8)
            var literal: [UInt8] = [0x22]
            JSON.appendEscaped(expected, to: &literal)
            literal.append(0x22)
            #expect(try root(literal) == JSONNode(kind: .string, range: 0..<literal.count))
            let (text, repairs) = text(literal)
            #expect(text == expected)
            #expect(repairs == .none)
        }
    }

    @Test("escapes quotes, backslashes and control characters, and nothing else")
    func escapes() {
        func escaped(_ text: some Collection<UInt8>) -> String {
            var buffer: [UInt8] = []
            JSON.appendEscaped(text, to: &buffer)
            return String(decoding: buffer, as: UTF8.self)
        }
        #expect(escaped("a\"b\\c/d\u{8}\t\n\u{C}\r".utf8) == #"a\"b\\c/d\b\t\n\f\r"#)
        #expect(escaped("\u{0}\u{1}\u{1F}\u{7F}é😀".utf8) == "\\u0000\\u0001\\u001f\u{7F}é😀")
        // A collection without contiguous storage.
        #expect(escaped("a\"b".utf8.lazy.map { $0 }) == #"a\"b"#)
        #expect(escaped([UInt8]()) == "")
    }

    @Test("compares keys after unescaping")
    func equalsKeys() {
        func equals(_ literal: String, _ key: StaticString) -> Bool {
            let bytes = Array(literal.utf8)
            return JSON.equals(0..<bytes.count, key, in: bytes.span)
        }
        #expect(equals(#""id""#, "id"))
        #expect(equals(#""\u0069d""#, "id"))
        #expect(equals(#""i\u0064""#, "id"))
        #expect(equals(#""""#, ""))
        #expect(equals(#""\n""#, "\n"))
        #expect(equals(#""été""#, "été"))
        #expect(equals(#""i\u0000d""#, "id"))
        #expect(!equals(#""i""#, "id"))
        #expect(!equals(#""idx""#, "id"))
        #expect(!equals(#""""#, "id"))
        #expect(!equals(#""\n""#, #"\n"#))
        #expect(!equals(#""\u0069dx""#, "id"))
        #expect(!equals(#""ID""#, "id"))
    }
}
