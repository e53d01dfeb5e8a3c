package import Catalog
import JSONScan
package import Model

/// What the decoder looks for in a stream's records: key, replication key, fields that make records of other streams,
/// fields to cut out.
package struct RecordLayout: Sendable {
    struct Field: Sendable {
        let name: [UInt8]
        /// Its place in the key.
        var key: Int?
        var isReplicationKey = false
        /// The place of the stream that it holds a record of.
        var derived: Int?
        var paths = FieldPaths()
    }

    package let stream: StreamName
    /// The names of the fields that make the key, in order.
    let key: [String]
    let fields: [Field]
    /// A bit for each length (mod 64) that a field's name has: most names are passed over by it.
    private let lengths: UInt64

    /// - Parameters:
    ///   - excluded: paths to cut out beside the definition's spliced fields. Key fields stay.
    ///   - derived: top-level fields that hold a record of another stream, in the order of the page's streams.
    package init(_ definition: StreamDefinition, excluded: [String], derived: [String]) {
        stream = definition.name
        key = definition.schema.key
        var fields: [Field] = []
        func change(_ name: [UInt8], _ body: (inout Field) -> Void) {
            let index = fields.firstIndex { $0.name == name } ?? fields.endIndex
            if index == fields.endIndex { fields.append(Field(name: name)) }
            body(&fields[index])
        }
        for (name, paths) in FieldPaths(definition.spliced + excluded).members { change(name) { $0.paths = paths } }
        for (index, name) in definition.schema.key.enumerated() {
            change(Array(name.utf8)) { field in
                field.key = index
                field.paths = FieldPaths()
            }
        }
        if let name = definition.schema.replicationKey { change(Array(name.utf8)) { $0.isReplicationKey = true } }
        for (index, name) in derived.enumerated() { change(Array(name.utf8)) { $0.derived = index } }
        self.fields = fields
        lengths = fields.reduce(0) { $0 | 1 << UInt64($1.name.count & 63) }
    }

    /// The place of the field with this key (as written, with its quotes) in ``fields``.
    @inline(__always)
    func field(_ key: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        let length = key.count - 2
        guard JSON.isPlain(key, in: bytes) else { return escapedField(key, in: bytes) }
        guard lengths & 1 << UInt64(length & 63) != 0 else { return nil }
        for index in fields.indices where fields[index].name.count == length {
            var offset = 0
            while offset < length, bytes[key.lowerBound + 1 + offset] == fields[index].name[offset] { offset += 1 }
            if offset == length { return index }
        }
        return nil
    }

    @inline(never)
    private func escapedField(_ key: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        let name = JSON.text(of: key, in: bytes)
        return fields.firstIndex { $0.name.elementsEqual(name.utf8) }
    }
}
