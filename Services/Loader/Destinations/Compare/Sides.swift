/// Which of the two schemas: the one that is compared, or the one it is compared with.
package enum Side: String, Sendable, CaseIterable {
    case schema
    case with

    package var other: Side { self == .schema ? .with : .schema }
}

/// A value of each of the two schemas.
package struct Sides<Value> {
    package var schema: Value
    package var with: Value

    package init(schema: Value, with: Value) {
        self.schema = schema
        self.with = with
    }

    package init(_ value: (Side) throws -> Value) rethrows {
        schema = try value(.schema)
        with = try value(.with)
    }

    package subscript(side: Side) -> Value {
        get { side == .schema ? schema : with }
        set { if side == .schema { schema = newValue } else { with = newValue } }
    }

    package func map<Result>(_ transform: (Value) throws -> Result) rethrows -> Sides<Result> {
        Sides<Result>(schema: try transform(schema), with: try transform(with))
    }
}

extension Sides: Sendable where Value: Sendable {}
extension Sides: Equatable where Value: Equatable {}
extension Sides: Hashable where Value: Hashable {}
extension Sides: Encodable where Value: Encodable {}
extension Sides: Decodable where Value: Decodable {}
