import JSONScan

/// The JSON scanner: whatever the bytes are, nothing crashes; when they are valid, the parts agree with each other.
func fuzzScanner(_ bytes: [UInt8]) {
    staysWithinBounds(bytes)
    guard let root = try? JSON.validate(bytes.span) else { return }
    agrees(root, in: bytes)
    isCompactedOnce(root, in: bytes)
}

/// Calls everything with ranges that nothing vouches for.
private func staysWithinBounds(_ bytes: [UInt8]) {
    let low = Int(bytes.first ?? 0) - 3
    let ranges = [0..<bytes.count, low..<(low + bytes.count), -5..<Int.max, Int.min..<Int.max, Int.min..<0, low..<low]
    for range in ranges {
        var steps = 0
        var members = JSONMembers(of: JSONNode(kind: .object, range: range))
        while members.next(in: bytes.span) != nil { steps += 1 }
        var elements = JSONElements(of: JSONNode(kind: .array, range: range))
        while elements.next(in: bytes.span) != nil { steps += 1 }
        // Each step takes at least a byte.
        precondition(steps <= 2 * bytes.count)
        var buffer: [UInt8] = []
        JSON.appendText(of: range, in: bytes.span, to: &buffer)
        let isKey = JSON.equals(range, "id", in: bytes.span)
        precondition(isKey == (buffer == Array("id".utf8)))
        precondition(
            JSON.text(of: range, in: bytes.span) == String(decoding: buffer, as: UTF8.self)
                || JSON.isPlain(range, in: bytes.span)
        )
        buffer = []
        JSON.appendCompact(JSONNode(kind: .array, range: range), in: bytes.span, to: &buffer)
        precondition(buffer.count <= bytes.count)
        _ = JSON.integer(range, in: bytes.span)
        _ = JSON.member("id", of: JSONNode(kind: .object, range: range), in: bytes.span)
    }
    escapes(bytes)
}

/// Text escaped and unescaped is itself, without its U+0000.
private func escapes(_ text: [UInt8]) {
    var literal: [UInt8] = [UInt8(ascii: "\"")]
    JSON.appendEscaped(text, to: &literal)
    literal.append(UInt8(ascii: "\""))
    var back: [UInt8] = []
    let repairs = JSON.appendText(of: 0..<literal.count, in: literal.span, to: &back)
    precondition(back == text.filter { $0 != 0 })
    precondition(repairs == TextRepairs(nulsRemoved: text.count - back.count))
}

/// A slice of a valid document is a valid document of its own, and the slices leave out nothing but punctuation.
private func agrees(_ node: JSONNode, in bytes: [UInt8]) {
    let alone = try? JSON.validate(Array(bytes[node.range]).span)
    precondition(alone == JSONNode(kind: node.kind, range: 0..<node.range.count))
    var end = node.range.lowerBound + 1
    switch node.kind {
    case .object:
        var members = JSONMembers(of: node)
        while let member = members.next(in: bytes.span) {
            isPunctuation(bytes[end..<member.key.lowerBound])
            isPunctuation(bytes[member.key.upperBound..<member.value.range.lowerBound])
            agrees(JSONNode(kind: .string, range: member.key), in: bytes)
            agrees(member.value, in: bytes)
            end = member.value.range.upperBound
        }
        isPunctuation(bytes[end..<(node.range.upperBound - 1)])
    case .array:
        var elements = JSONElements(of: node)
        while let element = elements.next(in: bytes.span) {
            isPunctuation(bytes[end..<element.range.lowerBound])
            agrees(element, in: bytes)
            end = element.range.upperBound
        }
        isPunctuation(bytes[end..<(node.range.upperBound - 1)])
    case .string:
        var text: [UInt8] = []
        let repairs = JSON.appendText(of: node.range, in: bytes.span, to: &text)
        precondition(String(validating: text, as: UTF8.self) == JSON.text(of: node.range, in: bytes.span))
        precondition(!text.contains(0))
        if JSON.isPlain(node.range, in: bytes.span) { precondition(repairs == .none) }
        precondition(text.count <= node.range.count - 2)
    case .number:
        let written = String(decoding: bytes[node.range], as: UTF8.self)
        precondition(JSON.integer(node.range, in: bytes.span) == Int64(written))
    case .true, .false, .null:
        break
    }
}

private func isPunctuation(_ between: ArraySlice<UInt8>) {
    precondition(between.allSatisfy { " \t\r\n,:".utf8.contains($0) })
    precondition(between.count { $0 > 0x20 } <= 1)
}

/// The compact form is valid, reads the same, and has nothing left to leave out.
private func isCompactedOnce(_ root: JSONNode, in bytes: [UInt8]) {
    var once: [UInt8] = []
    JSON.appendCompact(root, in: bytes.span, to: &once)
    guard let node = try? JSON.validate(once.span) else { preconditionFailure("the compact form is not valid") }
    precondition(node == JSONNode(kind: root.kind, range: 0..<once.count))
    var twice: [UInt8] = []
    JSON.appendCompact(node, in: once.span, to: &twice)
    precondition(twice == once)
    precondition(leaves(root, in: bytes) == leaves(node, in: once))
}

/// Keys and scalars as written, in their order.
private func leaves(_ node: JSONNode, in bytes: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    switch node.kind {
    case .object:
        var members = JSONMembers(of: node)
        while let member = members.next(in: bytes.span) {
            found.append(Array(bytes[member.key]))
            found += leaves(member.value, in: bytes)
        }
    case .array:
        var elements = JSONElements(of: node)
        while let element = elements.next(in: bytes.span) { found += leaves(element, in: bytes) }
    default:
        found.append(Array(bytes[node.range]))
    }
    return found
}
