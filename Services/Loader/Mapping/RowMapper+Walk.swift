import JSONScan
import Model

extension RowMapper {
    /// Places each member of an object.
    mutating func walkMembers(of object: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) {
        nodes[node].members.beginObject()
        var members = JSONMembers(of: object)
        while let member = members.next(in: bytes) {
            let child = try find(member.key, of: node, in: bytes)
            try place(member.value, at: child, in: bytes)
        }
    }

    @inline(__always)
    private mutating func place(_ value: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) {
        let position = value.range.lowerBound
        if !replaced.isEmpty, replaced.contains(position) { return }
        let row = tables[nodes[node].table].serial
        if let earlier = nodes[node].visit(row, at: position) { newlyReplaced.insert(earlier) }
        try placeContent(value, at: node, in: bytes)
    }

    /// Places a value whose row is open.
    private mutating func placeContent(_ value: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) {
        switch value.kind {
        case .null:
            return
        case .object:
            if !nodes[node].hasDeclaredMembers, try placeAsJSON(value, at: node, in: bytes) { return }
            try walkMembers(of: value, at: node, in: bytes)
        case .array:
            if !nodes[node].hasDeclaredElement, try placeAsJSON(value, at: node, in: bytes) { return }
            try walkElements(of: value, at: node, in: bytes)
        case .string, .number, .true, .false:
            try placeScalar(value, at: node, in: bytes)
        }
    }

    /// Places an array or object as text where a text column is declared.
    /// - Returns: false where there is no such column.
    private mutating func placeAsJSON(
        _ value: JSONNode,
        at node: Int,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> Bool {
        guard nodes[node].declared?.takesAnything == true else { return false }
        let slot = try slot(of: node, newType: .text)
        let table = nodes[node].table
        guard tables[table].slots[slot].type == .text else { return false }
        fill(slot, of: table, from: value)
        var repairs = TextRepairs.none
        tables[table].append(slot: slot) { repairs = CompactText.append(value, in: bytes, to: &$0) }
        if repairs != .none { recordRepairs += repairs }
        return true
    }

    /// Makes a row of the sub-table for each element that is not null.
    private mutating func walkElements(of array: JSONNode, at node: Int, in bytes: Span<UInt8>) throws(RowRejection) {
        var elements = JSONElements(of: array)
        var level: Int64 = 0
        var element = -1
        while let value = elements.next(in: bytes) {
            defer { level += 1 }
            guard value.kind != .null else { continue }
            if element < 0 {
                element = try self.element(of: node)
                noteArray(nodes[element].table, in: nodes[node].table, at: array.range.lowerBound)
            }
            beginRow(of: nodes[element].table, level: level)
            levels.append(level)
            try placeContent(value, at: element, in: bytes)
            levels.removeLast()
        }
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
        tables[table].beginRow(parent: tables[0].rows.count - 1)
        var slot = 0
        for part in keyParts {
            if part.type == .text || part.type == .decimal {
                tables[table].append(slot: slot) { $0 += part.bytes }
            } else {
                tables[table].append(part.word, slot: slot)
            }
            slot += 1
        }
        for above in levels {
            tables[table].append(above, slot: slot)
            slot += 1
        }
        tables[table].append(level, slot: slot)
        tables[table].append(sequence, slot: slot + 1)
    }

    /// The node of the elements of an array at `node`.
    private mutating func element(of node: Int) throws(RowRejection) -> Int {
        if nodes[node].element >= 0 { return nodes[node].element }
        let place = nodes[node].place.stepping(.element)
        var shapes = ShapeBuilder(nodes: [], tables: [], tableByName: [:])
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
        if repairs != .none { recordRepairs += repairs }
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
