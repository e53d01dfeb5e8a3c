import Model

/// A small record's JSON, its members in the order in which they were given.
indirect enum JSONTree: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// JSON text, taken as it stands.
    case text(String)
    case string(String)
    case array([JSONTree])
    case object([(name: String, value: JSONTree)])

    /// An integer, or null.
    static func optional(_ value: Int64?) -> JSONTree { value.map(JSONTree.integer) ?? .null }

    static func integers(_ values: [Int64]) -> JSONTree { .array(values.map(JSONTree.integer)) }

    static func strings(_ values: [String]) -> JSONTree { .array(values.map(JSONTree.string)) }

    /// `2026-11-20T10:00:00Z`.
    static func time(_ time: Timestamp) -> JSONTree { .string(time.formatted(.seconds)) }

    /// The members with these names only.
    func keeping(_ names: Set<String>) -> JSONTree {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { names.contains($0.name) })
    }

    /// An object with the members of `other` behind its own.
    func adding(_ other: JSONTree) -> JSONTree {
        guard case .object(let members) = self, case .object(let added) = other else { return self }
        return .object(members + added)
    }
}

extension JSONTree: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }

    init(integerLiteral value: Int64) { self = .integer(value) }

    init(booleanLiteral value: Bool) { self = .boolean(value) }

    init(nilLiteral: ()) { self = .null }

    init(arrayLiteral elements: JSONTree...) { self = .array(elements) }

    init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension JSONBytes {
    mutating func append(_ tree: JSONTree) {
        switch tree {
        case .null: raw("null")
        case .boolean(let value): boolean(value)
        case .integer(let value): integer(value)
        case .text(let value): text(value)
        case .string(let value): string(value)
        case .array(let elements):
            raw("[")
            for (position, element) in elements.enumerated() {
                if position > 0 { raw(",") }
                append(element)
            }
            raw("]")
        case .object(let members):
            raw("{")
            for (position, member) in members.enumerated() {
                if position > 0 { raw(",") }
                string(member.name)
                raw(":")
                append(member.value)
            }
            raw("}")
        }
    }
}
