/// Walks a document once, without recursion.
struct Validator {
    /// What `members` is in an array.
    private static let array = -1
    /// What `members` is outside of every array and object.
    private static let outside = -2

    let limits: JSONLimits
    /// Members so far of the object that is open, or one of the constants above.
    private var members = Self.outside
    /// `members` of those around it, outermost first.
    private var around: [Int] = []
    /// Whether the root's members are noted.
    private let notes: Bool
    /// What was found so far; the value of the root's last member may still be open.
    private(set) var outline: JSONOutline

    /// - Parameter outline: given for its storage; nil where the root's members are not asked for.
    init(limits: JSONLimits, outline: JSONOutline? = nil) {
        self.limits = limits
        notes = outline != nil
        self.outline = outline ?? JSONOutline()
        self.outline.reset()
    }

    mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSONNode {
        let start = Scan.pastSpace(from: 0, before: bytes.count, in: bytes)
        guard start < bytes.count else { throw .unexpectedEnd }
        let kind = try Self.kind(at: start, in: bytes)
        var index = start
        repeat {
            index = try value(at: index, in: bytes)
            index = try nextValue(from: index, in: bytes)
        } while members != Self.outside
        let rest = Scan.pastSpace(from: index, before: bytes.count, in: bytes)
        guard rest == bytes.count else { throw .trailingBytes(offset: rest) }
        return JSONNode(kind: kind, range: start..<index)
    }

    private static func kind(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> JSONKind {
        switch bytes[start] {
        case Scan.quote: .string
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "t"): .true
        case UInt8(ascii: "f"): .false
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: throw .unexpectedByte(offset: start)
        }
    }

    /// Reads the scalar at `start`, or opens containers from there until a scalar is read or an empty container closes.
    /// - Returns: the offset after it.
    @inline(__always)
    private mutating func value(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start
        while true {
            guard index < bytes.count else { throw .unexpectedEnd }
            switch bytes[index] {
            case Scan.quote:
                return try Self.string(at: index, in: bytes)
            case UInt8(ascii: "{"):
                try open(0, at: index)
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                if bytes[index] == UInt8(ascii: "}") {
                    close()
                    return index &+ 1
                }
                index = try key(at: index, in: bytes)
            case UInt8(ascii: "["):
                try open(Self.array, at: index)
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                if bytes[index] == UInt8(ascii: "]") {
                    close()
                    return index &+ 1
                }
                outline.elements &+= 1
            case UInt8(ascii: "t"):
                return try Self.literal("true", at: index, in: bytes)
            case UInt8(ascii: "f"):
                return try Self.literal("false", at: index, in: bytes)
            case UInt8(ascii: "n"):
                return try Self.literal("null", at: index, in: bytes)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return try Self.number(at: index, in: bytes)
            default:
                throw .unexpectedByte(offset: index)
            }
        }
    }

    /// Closes what ends after a value, then steps over the comma, and the key after it, to where the next value is.
    /// - Returns: the offset of that value; the offset after the document once everything is closed.
    @inline(__always)
    private mutating func nextValue(from start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        var index = start
        while members != Self.outside {
            if notes, around.count == 1 { noteEnd(of: index) }
            index = try Self.pastSpace(from: index, in: bytes)
            let byte = bytes[index]
            if byte == UInt8(ascii: ",") {
                index = try Self.pastSpace(from: index &+ 1, in: bytes)
                guard members == Self.array else { return try key(at: index, in: bytes) }
                outline.elements &+= 1
                return index
            }
            guard byte == (members == Self.array ? UInt8(ascii: "]") : UInt8(ascii: "}")) else {
                throw .unexpectedByte(offset: index)
            }
            close()
            index &+= 1
        }
        return index
    }

    private mutating func open(_ newMembers: Int, at offset: Int) throws(JSONError) {
        guard around.count < limits.depth else { throw .tooDeep(offset: offset) }
        around.append(members)
        members = newMembers
    }

    private mutating func close() {
        members = around.removeLast()
    }

    /// Reads a key and its colon.
    /// - Returns: the offset of the value.
    @inline(__always)
    private mutating func key(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
        guard bytes[start] == Scan.quote else { throw .unexpectedByte(offset: start) }
        guard members < limits.members else { throw .tooManyMembers(offset: start) }
        members &+= 1
        let colon = try Self.pastSpace(from: Self.string(at: start, in: bytes), in: bytes)
        guard bytes[colon] == UInt8(ascii: ":") else { throw .unexpectedByte(offset: colon) }
        let value = try Self.pastSpace(from: colon &+ 1, in: bytes)
        if notes, around.count == 1 { try noteMember(key: start, colon: colon, value: value, in: bytes) }
        return value
    }

    /// Notes a member of the root whose value begins here.
    private mutating func noteMember(key: Int, colon: Int, value: Int, in bytes: Span<UInt8>) throws(JSONError) {
        var keyEnd = colon
        while Scan.isSpace(bytes[keyEnd &- 1]) { keyEnd &-= 1 }
        let node = JSONNode(kind: try Self.kind(at: value, in: bytes), range: value..<value)
        outline.members.append(JSONMember(key: key..<keyEnd, value: node))
    }

    /// Notes where the value of the root's last member ends; the root may be an array, which has none.
    private mutating func noteEnd(of value: Int) {
        guard let last = outline.members.indices.last else { return }
        outline.members[last].value.range = outline.members[last].value.range.lowerBound..<value
    }
}
