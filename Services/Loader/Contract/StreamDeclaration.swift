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

    /// The mark of the newest reset that was carried out; 0 for none.
    package var reset: Int64 { schema.reset ?? 0 }

    /// The same with a reset's mark, unless it has a newer one.
    package func marked(_ reset: Int64?) -> StreamDeclaration {
        guard let reset, reset > self.reset else { return self }
        var marked = self
        marked.schema.reset = reset
        return marked
    }
}
