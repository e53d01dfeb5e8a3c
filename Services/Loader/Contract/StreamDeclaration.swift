package import Model

/// A stream's newest schema event: what is declared of its table until the next one.
package struct StreamDeclaration: Hashable, Sendable {
    package var schema: StreamSchema
    /// The event's.
    package var sequence: Int64

    package init(schema: StreamSchema, sequence: Int64) {
        self.schema = schema
        self.sequence = sequence
    }
}
