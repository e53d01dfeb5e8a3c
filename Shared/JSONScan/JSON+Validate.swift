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

    /// As ``validate(_:limits:)``, and gives the members of a root that is an object, which costs no second pass.
    /// - Parameter rootMembers: replaced; empty for a root of another kind.
    package static func validate(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = JSONLimits(),
        rootMembers: inout [JSONMember]
    ) throws(JSONError) -> JSONNode {
        var storage: [JSONMember] = []
        swap(&storage, &rootMembers)
        var validator = Validator(limits: limits, rootMembers: storage)
        storage = []
        let root = try validator.document(bytes)
        rootMembers = validator.rootMembers
        return root
    }
}
