import JSONScan
import Model

extension RowMapper {
    /// Places each member of the object that opens at an offset.
    ///
    /// The bytes are valid JSON: where an array or object ends is found by walking it, once.
    /// - Returns: the offset after the object.
    @discardableResult
    mutating func walkMembers(
        ofObjectAt start: Int,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> Int {
        nodes[node].members.beginObject()
        var members = JSONMembers(ofObjectAt: start)
        while let member = try nextMember(&members, of: node, in: bytes) {
            members.resume(at: try place(member.value, at: member.node, in: bytes))
        }
        return members.endOfObject(in: bytes)
    }

    /// The next member of the object at a node: its own node, and its value, an array or object of which is still open.
    @inline(__always)
    mutating func nextMember(
        _ members: inout JSONMembers,
        of node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> (node: Int, value: JSONNode)? {
        if let member = nodes[node].members.takeLikely(&members, in: bytes) { return member }
        guard let member = members.nextOpen(in: bytes) else { return nil }
        return (try find(member.key, of: node, in: bytes), member.value)
    }

    /// - Parameter value: an array or object is still open.
    /// - Returns: the offset after the value.
    @inline(__always)
    private mutating func place(_ value: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) -> Int {
        let position = value.range.lowerBound
        if !replaced.isEmpty, replaced.contains(position) { return Self.end(of: value, in: bytes) }
        let row = tables[nodes[node].table].serial
        if let earlier = nodes[node].visit(row, at: position) { newlyReplaced.insert(earlier) }
        return try placeContent(value, at: node, in: bytes)
    }

    static func end(of value: JSONNode, in bytes: Span<UInt8>) -> Int {
        value.range.isEmpty ? JSON.closed(value, in: bytes).range.upperBound : value.range.upperBound
    }

    /// Places a value whose row is open.
    /// - Returns: the offset after the value.
    private mutating func placeContent(
        _ value: JSONNode,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> Int {
        switch value.kind {
        case .null:
            return value.range.upperBound
        case .object:
            if !nodes[node].hasDeclaredMembers, nodes[node].declared?.takesAnything == true {
                let object = JSON.closed(value, in: bytes)
                if try placeAsJSON(object, at: node, in: bytes) { return object.range.upperBound }
            }
            return try walkMembers(ofObjectAt: value.range.lowerBound, at: node, in: bytes)
        case .array:
            if !nodes[node].hasDeclaredElement, nodes[node].declared?.takesAnything == true {
                let array = JSON.closed(value, in: bytes)
                if try placeAsJSON(array, at: node, in: bytes) { return array.range.upperBound }
            }
            return try walkElements(ofArrayAt: value.range.lowerBound, at: node, in: bytes)
        case .string, .number, .true, .false:
            try placeScalar(value, at: node, in: bytes)
            return value.range.upperBound
        }
    }

    /// Places an array or object as text where the declared column is one of text.
    /// - Returns: false where it is not.
    private mutating func placeAsJSON(
        _ value: JSONNode,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> Bool {
        let slot = try slot(of: node, newType: .text)
        let table = nodes[node].table
        guard tables[table].slots[slot].type == .text else { return false }
        var repairs = TextRepairs.none
        let earlier = tables[table].fill(slot, from: value.range.lowerBound) {
            repairs = CompactText.append(value, in: bytes, to: &$0)
        }
        if let earlier { newlyReplaced.insert(earlier) }
        if !repairs.isNone { recordRepairs += repairs }
        return true
    }

    /// Makes a row of the sub-table for each element that is not null of the array that opens at an offset.
    /// - Returns: the offset after the array.
    private mutating func walkElements(
        ofArrayAt start: Int,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> Int {
        var elements = JSONElements(ofArrayAt: start)
        var level: Int64 = 0
        var element = -1
        while let value = elements.nextOpen(in: bytes) {
            defer { level += 1 }
            guard value.kind != .null else { continue }
            if element < 0 {
                element = try self.element(of: node)
                noteArray(nodes[element].table, in: nodes[node].table, at: start)
            }
            beginRow(of: nodes[element].table, level: level)
            levels.append(level)
            elements.resume(at: try placeContent(value, at: element, in: bytes))
            levels.removeLast()
        }
        return elements.endOfArray(in: bytes)
    }

    /// Two arrays of one row cannot both be the sub-table's rows: the later one is.
    private mutating func noteArray(_ table: Int, in parent: Int, at position: Int) {
        let last = tables[table].lastParent
        let serial = tables[parent].serial
        if last.table == parent, last.serial == serial, last.place != position { newlyReplaced.insert(last.place) }
        tables[table].lastParent = (parent, serial, position)
    }

    /// Begins a sub-row with its key: the root's, the levels above, its own, and the sequence.
    private mutating func beginRow(of table: Int, level: Int64) {
        let parent = tables[0].rows.count - 1
        tables[table].beginRow(parent: parent, key: keyParts, levels: levels, level: level, sequence: sequence)
    }

    /// The node of the elements of an array at `node`.
    private mutating func element(of node: Int) throws(RowRejection) -> Int {
        if nodes[node].element >= 0 { return nodes[node].element }
        let place = nodes[node].place.stepping(.element)
        var shapes = ShapeBuilder(nodes: [], tables: [], tableByName: [:], storage: storage)
        swap(&shapes.tables, &tables)
        swap(&shapes.tableByName, &tableByName)
        defer {
            swap(&shapes.tables, &tables)
            swap(&shapes.tableByName, &tableByName)
        }
        let table = try shapes.table(at: place, root: root, in: existing)
        nodes.append(ShapeNode(table: table, place: place))
        nodes[node].element = nodes.count - 1
        return nodes.count - 1
    }

    /// The node of the member with this key (its range includes the quotes), made where it is new.
    mutating func find(_ key: Range<Int>, of node: Int, in bytes: Span<UInt8>) throws(RowRejection) -> Int {
        let inside = (key.lowerBound + 1)..<(key.upperBound - 1)
        if let known = nodes[node].members.find(inside, in: bytes) { return known }
        let isPlain = JSON.isPlain(key, in: bytes)
        scratch.removeAll(keepingCapacity: true)
        let repairs = JSON.appendText(of: key, in: bytes, to: &scratch)
        if !repairs.isNone { recordRepairs += repairs }
        let name = String(decoding: scratch, as: UTF8.self)
        let child: Int
        if let known = nodes[node].memberByName[name] {
            child = known
        } else {
            nodes.append(ShapeNode(table: nodes[node].table, place: nodes[node].place.stepping(.member(name))))
            child = nodes.count - 1
            nodes[node].memberByName[name] = child
        }
        // A key with escapes is read each time, so that its repairs are counted each time.
        if isPlain { nodes[node].members.add(inside, in: bytes, node: child) }
        return child
    }
}
