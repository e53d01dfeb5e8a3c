import JSONScan
import Testing

@Suite("Values that are left open")
struct OpenValuesTests {
    @Test(
        "walking arrays and objects to their ends finds the members and the ends that slicing finds",
        arguments: [
            "{}", "[]", #"{ "a" : 1 , "b" : [ ] , "c" : { } }"#, #"[1,[2,[3]],{"a":[{"b":null}]}]"#,
            #"{"a":"]}\"","b":{"}":"\\"},"c":[true , false]} "#, #"{"a":{"b":{"c":{"d":[[],[{}]]}}},"e":1.5e3}"#,
        ]
    )
    func sameAsSliced(text: String) throws {
        let bytes = Array(text.utf8)
        let root = try JSON.validate(bytes.span)
        var open: [String] = []
        let end = Self.walk(root.range.lowerBound, root.kind, in: bytes.span, &open)
        #expect(end == root.range.upperBound)
        var sliced: [String] = []
        Self.slice(root, in: bytes.span, &sliced)
        #expect(open == sliced)
    }

    @Test(
        "a member whose key is the likely one is taken as any other; one whose key is not is left",
        arguments: [
            #"{"a":1,"name":"x","longer_than_a_word":[1],"":{},"exactly8":null}"#, #"{ "a": 1 , "name": "x"}  "#,
            #"{"na\u006de":1,"name ":2,"nam":3,"names":4,"é":5}"#, #"{"a":1}"#,
        ]
    )
    func likely(text: String) throws {
        let bytes = Array(text.utf8)
        let object = try root(bytes)
        let known = members(of: object, in: bytes)
        for place in known.indices {
            for key in ["name", "a", "", "longer_than_a_word", "exactly8"] + known.map({ $0.text(in: bytes) }) {
                let written = Array("\"\(key)\":".utf8)
                var taken = JSONMembers(ofObjectAt: object.range.lowerBound)
                for _ in 0..<place {
                    guard let member = taken.nextOpen(in: bytes.span) else { break }
                    guard member.value.range.isEmpty else { continue }
                    taken.resume(at: JSON.closed(member.value, in: bytes.span).range.upperBound)
                }
                var same = taken
                let keys = written + Array(repeating: 0, count: 8)
                let value = taken.nextOpen(likely: 0..<written.count, of: keys.span, in: bytes.span)
                let next = same.nextOpen(in: bytes.span)
                #expect(value == (known[place].text(in: bytes) == key ? next?.value : nil))
                if value == nil { #expect(taken.nextOpen(in: bytes.span) == next) }
            }
        }
    }

    @Test("the members of a root come with its validation, and how many elements there are")
    func outline() throws {
        let bytes = Array(#" { "a" : [1, {"x": 2}] , "b\n":"}" ,"c": {}, "d":-1.5 , "e":null } "#.utf8)
        var outline = JSONOutline()
        let root = try JSON.validate(bytes.span, outline: &outline)
        var expected: [JSONMember] = []
        var sliced = JSONMembers(of: root)
        while let member = sliced.next(in: bytes.span) { expected.append(member) }
        #expect(outline.members == expected)
        #expect(outline.members.count == 5)
        #expect(outline.elements == 2)
        let other = Array(#"[{"a":[1,[],[[2]]]}, 3]"#.utf8)
        _ = try JSON.validate(other.span, outline: &outline)
        #expect(outline.members.isEmpty)
        #expect(outline.elements == 7)
    }

    /// - Returns: the offset after the value.
    private static func walk(_ start: Int, _ kind: JSONKind, in bytes: Span<UInt8>, _ found: inout [String]) -> Int {
        func note(_ value: JSONNode) -> Int {
            found.append("\(value.kind) \(value.range.lowerBound)")
            guard value.range.isEmpty else { return value.range.upperBound }
            return walk(value.range.lowerBound, value.kind, in: bytes, &found)
        }
        if kind == .object {
            var members = JSONMembers(ofObjectAt: start)
            while let member = members.nextOpen(in: bytes) { members.resume(at: note(member.value)) }
            return members.endOfObject(in: bytes)
        }
        var elements = JSONElements(ofArrayAt: start)
        while let value = elements.nextOpen(in: bytes) { elements.resume(at: note(value)) }
        return elements.endOfArray(in: bytes)
    }

    private static func slice(_ node: JSONNode, in bytes: Span<UInt8>, _ found: inout [String]) {
        func note(_ value: JSONNode) {
            found.append("\(value.kind) \(value.range.lowerBound)")
            slice(value, in: bytes, &found)
        }
        var members = JSONMembers(of: node)
        while let member = members.next(in: bytes) { note(member.value) }
        var elements = JSONElements(of: node)
        while let value = elements.next(in: bytes) { note(value) }
    }
}

extension JSONMember {
    /// The key as it is written.
    fileprivate func text(in bytes: [UInt8]) -> String {
        String(decoding: bytes[key].dropFirst().dropLast(), as: UTF8.self)
    }
}
