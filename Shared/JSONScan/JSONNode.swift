/// The kind of a JSON value.
package enum JSONKind: UInt8, Hashable, Sendable {
    case object
    case array
    case string
    case number
    case `true`
    case `false`
    case null
}

/// Where a value stands in its document: offsets into the bytes that were scanned.
package struct JSONNode: Hashable, Sendable {
    package var kind: JSONKind
    /// Of the value as written: braces, brackets and quotes included, surrounding white space not.
    package var range: Range<Int>

    package init(kind: JSONKind, range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

/// One `"key": value` of an object.
package struct JSONMember: Hashable, Sendable {
    /// The key with its quotes.
    package var key: Range<Int>
    package var value: JSONNode

    package init(key: Range<Int>, value: JSONNode) {
        self.key = key
        self.value = value
    }
}

/// What a document may hold at most.
package struct JSONLimits: Hashable, Sendable {
    /// Nested arrays and objects.
    package var depth: Int
    /// Members of one object.
    package var members: Int

    package init(depth: Int = 64, members: Int = 5000) {
        self.depth = depth
        self.members = members
    }
}

/// Why bytes are not acceptable JSON, and where. Offsets count from the start of the scanned bytes.
package enum JSONError: Error, Hashable, Sendable {
    case unexpectedEnd
    case unexpectedByte(offset: Int)
    case invalidNumber(offset: Int)
    case invalidEscape(offset: Int)
    case controlCharacter(offset: Int)
    case invalidUTF8(offset: Int)
    case trailingBytes(offset: Int)
    case tooDeep(offset: Int)
    case tooManyMembers(offset: Int)
}

extension JSONError {
    /// What is wrong, in words for people; the same for all that is wrong in this way.
    package var words: String {
        switch self {
        case .unexpectedEnd: "it ends too early"
        case .unexpectedByte: "a character stands where none may"
        case .invalidNumber: "a number is malformed"
        case .invalidEscape: "an escape in a string is malformed"
        case .controlCharacter: "a string holds a control character"
        case .invalidUTF8: "it is not UTF-8"
        case .trailingBytes: "something follows its end"
        case .tooDeep: "it is nested too deep"
        case .tooManyMembers: "an object has too many members"
        }
    }
}
