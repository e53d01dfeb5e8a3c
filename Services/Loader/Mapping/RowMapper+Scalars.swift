import JSONScan
import Model

extension RowMapper {
    /// How a scalar goes into a column.
    enum Fit {
        /// As an integer, a boolean or a timestamp.
        case word(Int64)
        /// As its bytes are written.
        case verbatim
        /// As the text of its string.
        case text
    }

    /// Fills the column of a scalar, or the split column where it does not fit.
    mutating func placeScalar(_ value: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) {
        let table = nodes[node].table
        if nodes[node].slot < 0, nodes[node].declared == nil, let suffix = onlySplit(value, at: node, in: bytes) {
            try placeSplit(value, suffix, at: node, in: bytes)
            return
        }
        let slot = try nodes[node].slot >= 0 ? nodes[node].slot : slot(of: node, newType: ownType(of: value, in: bytes))
        let takesAnything = nodes[node].declared?.takesAnything ?? false
        if let fit = fit(value, tables[table].slots[slot].type, takesAnything: takesAnything, in: bytes) {
            put(value, fit, in: slot, of: table, in: bytes)
        } else {
            try placeSplit(value, suffix(of: value, at: node, in: bytes), at: node, in: bytes)
        }
    }

    /// The column of a node, made with this type where it is new.
    mutating func slot(of node: Int, newType: CellType) throws(RowRejection) -> Int {
        if nodes[node].slot >= 0 { return nodes[node].slot }
        let type = nodes[node].declared?.cellType ?? newType
        let slot = try tables[nodes[node].table].slot(named: nodes[node].place.column, newType: type)
        nodes[node].slot = slot
        return slot
    }

    private mutating func put(_ value: JSONNode, _ fit: Fit, in slot: Int, of table: Int, in bytes: Span<UInt8>) {
        let place = value.range.lowerBound
        let earlier: Int?
        switch fit {
        case .word(let word):
            earlier = tables[table].fill(slot, from: place, with: word)
        case .verbatim:
            earlier = tables[table].fill(slot, from: place) { buffer in
                bytes.extracting(value.range).withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
            }
        case .text:
            var repairs = TextRepairs.none
            earlier = tables[table].fill(slot, from: place) {
                repairs = JSON.appendText(of: value.range, in: bytes, to: &$0)
            }
            if !repairs.isNone { recordRepairs += repairs }
        }
        if let earlier { newlyReplaced.insert(earlier) }
    }

    /// A first value of an undeclared field that no column of its own type can hold goes to its split column alone.
    private func onlySplit(_ value: JSONNode, at node: Int, in bytes: Span<UInt8>) -> ShapeNode.Suffix? {
        guard value.kind == .number, !tables[nodes[node].table].has(nodes[node].place.column),
            !NumberText.isDecimal(bytes.extracting(value.range))
        else { return nil }
        return .text
    }

    private mutating func placeSplit(
        _ value: JSONNode,
        _ suffix: ShapeNode.Suffix,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) {
        let table = nodes[node].table
        if nodes[node].splits.isEmpty {
            nodes[node].splits = Array(repeating: -1, count: ShapeNode.Suffix.allCases.count)
        }
        var slot = nodes[node].splits[suffix.rawValue]
        if slot < 0 {
            let name = NameRule.split(nodes[node].place.column, suffix)
            slot = try tables[table].slot(named: name, newType: suffix.type)
            nodes[node].splits[suffix.rawValue] = slot
        }
        let type = tables[table].slots[slot].type
        guard type == suffix.type, let fit = fit(value, type, takesAnything: true, in: bytes) else {
            let name = NameRule.split(nodes[node].place.column, suffix)
            throw RowRejection("two fields would share the column \(NameRule.shown(name))")
        }
        put(value, fit, in: slot, of: table, in: bytes)
    }

    /// The type that a value has by itself.
    private func ownType(of value: JSONNode, in bytes: Span<UInt8>) -> CellType {
        switch value.kind {
        case .true, .false: .boolean
        case .number: JSON.integer(value.range, in: bytes) == nil ? .decimal : .integer
        case .string, .object, .array, .null: .text
        }
    }

    /// Where a value goes that does not fit its column.
    private mutating func suffix(of value: JSONNode, at node: Int, in bytes: Span<UInt8>) -> ShapeNode.Suffix {
        switch value.kind {
        case .true, .false: return .boolean
        case .number:
            if JSON.integer(value.range, in: bytes) != nil { return .integer }
            return NumberText.isDecimal(bytes.extracting(value.range)) ? .decimal : .text
        case .string, .object, .array, .null:
            guard nodes[node].declared == .dateTime,
                fit(value, .timestamp, takesAnything: false, in: bytes) != nil
            else { return .text }
            return .timestamp
        }
    }

    /// How a scalar fits a column of a type; nil where it does not.
    mutating func fit(
        _ value: JSONNode,
        _ type: CellType,
        takesAnything: Bool,
        in bytes: Span<UInt8>
    ) -> Fit? {
        switch (type, value.kind) {
        case (.text, .string): return .text
        case (.text, _): return takesAnything ? .verbatim : nil
        case (.boolean, .true): return .word(1)
        case (.boolean, .false): return .word(0)
        case (.integer, .number): return JSON.integer(value.range, in: bytes).map { .word($0) }
        case (.decimal, .number): return NumberText.isDecimal(bytes.extracting(value.range)) ? .verbatim : nil
        case (_, .string):
            if JSON.isPlain(value.range, in: bytes) {
                let inside = (value.range.lowerBound + 1)..<(value.range.upperBound - 1)
                return Self.fit(bytes.extracting(inside), type)
            }
            scratch.removeAll(keepingCapacity: true)
            JSON.appendText(of: value.range, in: bytes, to: &scratch)
            return Self.fit(scratch.span, type)
        default: return nil
        }
    }

    /// How the text of a string fits a column that is not text.
    private static func fit(_ text: Span<UInt8>, _ type: CellType) -> Fit? {
        switch type {
        case .integer: return NumberText.integer(text).map { .word($0) }
        case .decimal: return NumberText.isDecimal(text) ? .text : nil
        case .timestamp: return Timestamp(parsing: text).map { .word($0.microseconds) }
        case .boolean:
            let isTrue = text.withUnsafeBufferPointer { $0.elementsEqual("true".utf8) }
            let isFalse = text.withUnsafeBufferPointer { $0.elementsEqual("false".utf8) }
            return isTrue ? .word(1) : isFalse ? .word(0) : nil
        case .text: return .text
        }
    }

    /// A key field's value as its column's type.
    mutating func keyPart(
        of value: JSONNode,
        type: CellType,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> KeyPart {
        let isScalar = value.kind != .object && value.kind != .array
        guard isScalar, let fit = fit(value, type, takesAnything: true, in: bytes) else {
            let name = nodes[node].place.column
            throw RowRejection("the key field \(NameRule.shown(name)) is not of its column's type")
        }
        var part = KeyPart(type: type, position: value.range.lowerBound, word: 0, bytes: [])
        switch fit {
        case .word(let word): part.word = word
        case .verbatim: bytes.extracting(value.range).withUnsafeBufferPointer { part.bytes.append(contentsOf: $0) }
        case .text: JSON.appendText(of: value.range, in: bytes, to: &part.bytes)
        }
        return part
    }
}
