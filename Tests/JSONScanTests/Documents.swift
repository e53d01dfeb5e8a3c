import JSONScan

/// What ``JSON/validate(_:limits:)`` says about bytes, as a value.
func validated(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) -> Result<JSONNode, JSONError> {
    do throws(JSONError) {
        return .success(try JSON.validate(bytes.span, limits: limits))
    } catch {
        return .failure(error)
    }
}

func validated(_ text: String, limits: JSONLimits = JSONLimits()) -> Result<JSONNode, JSONError> {
    validated(Array(text.utf8), limits: limits)
}

/// The root of a document that the scanner accepts.
func root(_ bytes: [UInt8]) throws -> JSONNode {
    try JSON.validate(bytes.span)
}

/// The members of an object, all of them.
func members(of object: JSONNode, in bytes: [UInt8]) -> [JSONMember] {
    var iterator = JSONMembers(of: object)
    var all: [JSONMember] = []
    while let member = iterator.next(in: bytes.span) { all.append(member) }
    return all
}

/// The elements of an array, all of them.
func elements(of array: JSONNode, in bytes: [UInt8]) -> [JSONNode] {
    var iterator = JSONElements(of: array)
    var all: [JSONNode] = []
    while let element = iterator.next(in: bytes.span) { all.append(element) }
    return all
}

/// The value as ``JSON/appendCompact(_:in:to:)`` writes it.
func compact(_ node: JSONNode, in bytes: [UInt8]) -> [UInt8] {
    var buffer: [UInt8] = []
    JSON.appendCompact(node, in: bytes.span, to: &buffer)
    return buffer
}

/// The text and the repairs of a document that is one string.
func text(_ literal: [UInt8]) -> (text: [UInt8], repairs: TextRepairs) {
    var buffer: [UInt8] = []
    let repairs = JSON.appendText(of: 0..<literal.count, in: literal.span, to: &buffer)
    return (buffer, repairs)
}

/// The same randomness on every run: SplitMix64, https://prng.di.unimi.it/splitmix64.c.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
