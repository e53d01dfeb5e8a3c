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
        /// The place among the values that are handed to other streams.
        var derived: Int?
        /// The place in ``RecordLayout/renames``.
        var rename: Int?
        /// Which of the members around replaces it, or stands in where it is missing.
        var inherited: Int?
        /// It says whether an element is a record of the stream.
        var isFilter = false
        /// The parent's key goes there, unless the record has it.
        var isParentKey = false
        var paths = FieldPaths()
    }

    package let stream: StreamName
    /// The names of the fields that make the key, in order.
    let key: [String]
    private(set) var fields: [Field] = []
    /// The new names of renamed fields, as JSON strings.
    private(set) var renames: [[UInt8]] = []
    /// How elements of an array are records of the stream; nil for whole records.
    private(set) var elements: ElementLayout?
    /// What stands before the parent's key in records that get it, `,"name":`; nil for records that do not.
    private(set) var parentKey: [UInt8]?
    /// A bit for each length (mod 64) that a field's name has: most names are passed over by it.
    private var lengths: UInt64 = 0

    /// - Parameters:
    ///   - excluded: paths to cut out beside the definition's spliced fields. Key fields stay.
    ///   - derived: top-level fields that hold a record of another stream, in the order of the page's streams.
    ///   - renames: top-level fields' new names. What is cut out is named by the old ones.
    ///   - elements: how elements of an array are records of the stream.
    package init(
        _ definition: StreamDefinition,
        excluded: [String],
        derived: [String],
        renames: [String: String] = [:],
        elements: Elements? = nil
    ) {
        stream = definition.name
        key = definition.schema.key
        for (name, paths) in FieldPaths(definition.spliced + excluded).members { change(name) { $0.paths = paths } }
        for (index, name) in definition.schema.key.enumerated() {
            change(Array(name.utf8)) { field in
                field.key = index
                field.paths = FieldPaths()
            }
        }
        if let name = definition.schema.replicationKey { change(Array(name.utf8)) { $0.isReplicationKey = true } }
        for (index, name) in derived.enumerated() { change(Array(name.utf8)) { $0.derived = index } }
        for (name, newName) in renames {
            let place = self.renames.count
            change(Array(name.utf8)) { $0.rename = place }
            self.renames.append(ElementLayout.quoted(newName))
        }
        if let elements {
            self.elements = ElementLayout(elements)
            change(Array(elements.name.utf8)) { $0.isFilter = true }
            for (index, name) in (elements.inherits + elements.replaces).enumerated() {
                change(Array(name.utf8)) { $0.inherited = index }
            }
        }
        if case .perRecord(let request, _) = definition.origin, let name = request.parentKey {
            change(Array(name.utf8)) { $0.isParentKey = true }
            let isCut = fields.contains { $0.isParentKey && $0.paths.isCut }
            if !isCut { parentKey = ElementLayout.memberName(name) }
        }
        lengths = fields.reduce(0) { $0 | 1 << UInt64($1.name.count & 63) }
    }

    private mutating func change(_ name: [UInt8], _ body: (inout Field) -> Void) {
        let index = fields.firstIndex { $0.name == name } ?? fields.endIndex
        if index == fields.endIndex { fields.append(Field(name: name)) }
        body(&fields[index])
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

/// Which elements are records, and the members that they take from the record around them.
struct ElementLayout: Sendable {
    /// What the filtering member must be.
    let value: [UInt8]
    /// By ``RecordLayout/Field/inherited``: `,"name":`.
    let names: [[UInt8]]
    /// From this place on the members around replace the element's own; before it the element's own stay.
    let firstReplacing: Int

    init(_ elements: Elements) {
        value = Array(elements.value.utf8)
        names = (elements.inherits + elements.replaces).map(Self.memberName)
        firstReplacing = elements.inherits.count
    }

    /// What stands before the value of a member that follows another: `,"name":`.
    static func memberName(_ name: String) -> [UInt8] {
        [UInt8(ascii: ",")] + quoted(name) + [UInt8(ascii: ":")]
    }

    /// A name as a JSON string.
    static func quoted(_ name: String) -> [UInt8] {
        var bytes = [UInt8(ascii: "\"")]
        JSON.appendEscaped(name.utf8, to: &bytes)
        return bytes + [UInt8(ascii: "\"")]
    }
}
