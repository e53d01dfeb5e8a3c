import Foundation
import JSONScan
import Testing

/// Foundation's parser is an independent reading of the same grammar.
@Suite("Beside JSONSerialization")
struct FoundationTests {
    @Test("reads the same tree from generated documents", arguments: 0..<40)
    func sameTree(_ seed: UInt64) throws {
        var generator = DocumentGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = generator.document()
            let node = try root(bytes)
            let tree = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(difference(of: node, from: tree, in: bytes) == nil)

            let compacted = compact(node, in: bytes)
            let again = try root(compacted)
            #expect(again.range == 0..<compacted.count)
            #expect(difference(of: again, from: tree, in: compacted) == nil)
            #expect(compact(again, in: compacted) == compacted)
        }
    }

    @Test("accepts and refuses the same mutated documents, but for the differences named here", arguments: 0..<40)
    func sameVerdict(_ seed: UInt64) {
        var generator = DocumentGenerator(seed: seed)
        var mutator = Mutator(seed: seed)
        for _ in 0..<250 {
            let bytes = mutator.mutated(generator.document())
            let isAcceptedThere = accepts(bytes)
            let isExpected =
                switch validated(bytes) {
                case .success(let node): isAcceptedThere || onlyTheScannerAccepts(node, in: bytes)
                case .failure(let error): !isAcceptedThere || onlyFoundationAccepts(bytes, error)
                }
            if !isExpected { Issue.record("\(validated(bytes)): \(String(decoding: bytes, as: UTF8.self))") }
        }
    }

    @Test(
        "differs from Foundation where it is meant to",
        arguments: [
            (#"["\ud800"]"#, true), (#"{"\udc00\ud800":1}"#, true), ("1e999", true), ("[1,]", false),
            (#"{"a":1,}"#, false),
            ("\u{FEFF}{}", false), ("1\u{0}", false), ("[\u{0}]\u{0}", false),
        ]
    )
    func differs(_ document: String, _ isAcceptedHere: Bool) throws {
        let bytes = Array(document.utf8)
        #expect(accepts(bytes) == !isAcceptedHere)
        switch validated(bytes) {
        case .success(let node): #expect(isAcceptedHere && onlyTheScannerAccepts(node, in: bytes))
        case .failure(let error): #expect(!isAcceptedHere && onlyFoundationAccepts(bytes, error))
        }
    }

    private func accepts(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil
    }

    /// Lone surrogates, which are repaired when the text is read, and numbers beyond the range of a double.
    private func onlyTheScannerAccepts(_ node: JSONNode, in bytes: [UInt8]) -> Bool {
        switch node.kind {
        case .object:
            members(of: node, in: bytes).contains { member in
                onlyTheScannerAccepts(JSONNode(kind: .string, range: member.key), in: bytes)
                    || onlyTheScannerAccepts(member.value, in: bytes)
            }
        case .array: elements(of: node, in: bytes).contains { onlyTheScannerAccepts($0, in: bytes) }
        case .string: text(Array(bytes[node.range])).repairs.surrogatesReplaced > 0
        case .number: Double(String(decoding: bytes[node.range], as: UTF8.self))?.isInfinite ?? false
        case .true, .false, .null: false
        }
    }

    /// A byte order mark, bytes that look like UTF-16 or UTF-32 because there is a zero among them, and a comma before a
    /// closing bracket.
    private func onlyFoundationAccepts(_ bytes: [UInt8], _ error: JSONError) -> Bool {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.contains(0) { return true }
        guard case .unexpectedByte(let offset) = error, "]}".utf8.contains(bytes[offset]) else { return false }
        return bytes[..<offset].last { $0 > 0x20 } == UInt8(ascii: ",")
    }

    /// The first value that differs, as written; nil when there is none. Strings are compared without U+0000.
    private func difference(of node: JSONNode, from other: Any, in bytes: [UInt8]) -> String? {
        let written = String(decoding: bytes[node.range], as: UTF8.self)
        let isSame: Bool
        switch node.kind {
        case .object:
            let members = members(of: node, in: bytes)
            guard let dictionary = other as? [String: Any], members.count == dictionary.count else { return written }
            let others = Dictionary(uniqueKeysWithValues: dictionary.map { (withoutNULs($0.key), $0.value) })
            for member in members {
                guard let value = others[utf8(member.key, in: bytes)] else { return written }
                if let found = difference(of: member.value, from: value, in: bytes) { return found }
            }
            return nil
        case .array:
            let elements = elements(of: node, in: bytes)
            guard let array = other as? [Any], elements.count == array.count else { return written }
            return zip(elements, array).lazy.compactMap { difference(of: $0, from: $1, in: bytes) }.first
        case .string: isSame = (other as? String).map(withoutNULs) == utf8(node.range, in: bytes)
        case .number: isSame = (other as? NSNumber).map { isNumber(node, $0, in: bytes) } ?? false
        case .true: isSame = (other as? Bool) == true
        case .false: isSame = (other as? Bool) == false
        case .null: isSame = other is NSNull
        }
        return isSame ? nil : "\(written) is not \(other)"
    }

    private func isNumber(_ node: JSONNode, _ other: NSNumber, in bytes: [UInt8]) -> Bool {
        if let integer = JSON.integer(node.range, in: bytes.span) { return other.int64Value == integer }
        // Foundation reads fractions by way of a decimal: the last bits of the double may differ.
        guard let expected = Double(String(decoding: bytes[node.range], as: UTF8.self)) else { return false }
        return abs(other.doubleValue - expected) <= abs(expected) * 1e-14
    }

    private func utf8(_ string: Range<Int>, in bytes: [UInt8]) -> [UInt8] {
        Array(JSON.text(of: string, in: bytes.span).utf8)
    }

    private func withoutNULs(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 0 }
    }
}
