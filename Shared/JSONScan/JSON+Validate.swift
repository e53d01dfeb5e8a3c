extension JSON {
    /// Checks that the bytes are exactly one JSON document: RFC 8259, white space around it allowed, no byte order
    /// mark, valid UTF-8, within the limits.
    ///
    /// Escaped lone surrogates, `\u0000` and repeated keys are allowed: ``appendText(of:in:to:)`` repairs the first two,
    /// and who reads an object decides about the third. Memory: one word per open array or object.
    /// - Returns: the root.
    /// - Complexity: O(n).
    /// - Throws: where the first fault is.
    package static func validate(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONError) -> JSONNode {
        var validator = Validator(limits: limits)
        return try validator.document(bytes)
    }

    /// As ``validate(_:limits:)``, and gives what there is to be told at no cost of a second pass.
    /// - Parameter outline: replaced.
    package static func validate(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = JSONLimits(),
        outline: inout JSONOutline
    ) throws(JSONError) -> JSONNode {
        var storage = JSONOutline()
        swap(&storage, &outline)
        var validator = Validator(limits: limits, outline: storage)
        storage = JSONOutline()
        let root = try validator.document(bytes)
        outline = validator.outline
        return root
    }
}

/// What a document holds at its top, and how much of what takes room.
package struct JSONOutline: Sendable {
    /// Of a root that is an object.
    package internal(set) var members: [JSONMember] = []
    /// Elements of all arrays, at any depth.
    package internal(set) var elements = 0

    package init() {}

    mutating func reset() {
        members.removeAll(keepingCapacity: true)
        elements = 0
    }
}
