import Crypto
package import JSONScan
package import Messaging
package import Model

/// Turns the records of one stream into rows of its table and sub-tables: one walk over the bytes, no tree, no `String`
/// per value. Pure.
///
/// Objects flatten to `parent__child`, arrays become sub-tables. An element that is null brings no row but keeps its
/// place in the numbering; an object without members brings no column.
package struct RowMapper: Sendable {
    /// Elements that the arrays of a record may have together: each becomes a row, of which a few bytes make a hundred in
    /// memory. Zendesk's longest lists are far shorter.
    static let mostElements = 100_000

    package let schema: StreamSchema
    /// The newest value of the replication key, of the rows so far.
    package private(set) var maxBookmark: BookmarkValue?
    /// What had to be changed in texts, of the rows so far.
    package private(set) var repairs = TextRepairs.none
    /// The root's records, one a row.
    private(set) var records: [TableLoad.Record] = []

    let root: Table
    let existing: SchemaCatalog
    let storage: RowStorage?
    var tables: [MappedTable] = []
    var nodes: [ShapeNode] = []
    var tableByName: [String: Int] = [:]
    /// The positions of each level's element on the way to the row that is open.
    var levels: [Int64] = []
    /// Values that a later one of the same name replaces.
    var replaced: Set<Int> = []
    var newlyReplaced: Set<Int> = []
    var recordRepairs = TextRepairs.none
    /// Unescaped text of strings with escapes.
    var scratch: [UInt8] = []
    var keyParts: [KeyPart] = []
    var sequence: Int64 = 0

    private let keyNodes: [Int]
    /// By ``keyNodes``, the types of their columns.
    private let keyTypes: [CellType]
    private let bookmarkNode: Int?

    /// The places of the root's system columns, which every row's cells begin with.
    private enum Fixed {
        static let extractedAt = 0
        static let receivedAt = 1
        static let sequence = 2
        static let tableVersion = 3
        static let primaryKey = 4
    }

    /// - Parameters:
    ///   - catalog: the tables as they will be after the schema's declaration.
    ///   - storage: where the buffers of rows may come from.
    package init(_ schema: StreamSchema, in catalog: SchemaCatalog, storage: RowStorage? = nil) {
        self.schema = schema
        self.storage = storage
        existing = catalog
        let shape = TableShape.root(of: schema)
        root = catalog.tables[shape.name] ?? shape
        var fixed = [
            Column(SystemColumn.extractedAt, .timestamp), Column(SystemColumn.receivedAt, .timestamp),
            Column(SystemColumn.sequence, .integer), Column(SystemColumn.tableVersion, .integer),
        ]
        if schema.key.isEmpty { fixed.append(Column(SystemColumn.primaryKey, .text)) }
        tables = [MappedTable(name: root.name, depth: 0, fixed: fixed, existing: root.columns, storage: storage)]
        tableByName[root.name] = 0
        nodes = [ShapeNode(table: 0, place: ColumnPlace(root: root.name))]
        var shapes = ShapeBuilder(nodes: nodes, tables: tables, tableByName: tableByName, storage: storage)
        for definition in schema.columns { shapes.declare(definition, root: root, in: catalog) }
        keyNodes = schema.key.map { shapes.member($0, of: 0) }
        bookmarkNode = schema.replicationKey.map { shapes.member($0, of: 0) }
        nodes = shapes.nodes
        tables = shapes.tables
        tableByName = shapes.tableByName
        for node in keyNodes where nodes[node].declared == nil { nodes[node].declared = .string }
        let types = Dictionary(root.columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        keyTypes = keyNodes.map { [nodes] in types[nodes[$0].place.column] ?? .text }
    }

    /// Rows of the root table so far.
    package var count: Int { records.count }

    /// The key that tells a record from others, in one form however it is written; of a stream without a key, the
    /// event's id.
    package mutating func key(of event: RecordEvent) throws(RowRejection) -> String {
        try recordKey(of: event).text
    }

    /// As ``key(of:)``, to be compared with others of the stream.
    mutating func recordKey(of event: RecordEvent) throws(RowRejection) -> RecordKey {
        guard !keyNodes.isEmpty else { return .text(event.envelope.id) }
        try readKey(of: event.data)
        return integerKey.map { .integer($0.word) } ?? .text(MessageKey.recordKey(keyParts.map(\.text)))
    }

    /// The key that was read last, where it is one integer, as most are.
    var integerKey: KeyPart? {
        guard keyParts.count == 1, case .integer = keyParts[0].type else { return nil }
        return keyParts[0]
    }

    /// Makes room for rows of the root table.
    /// - Parameter bytes: of the records.
    mutating func reserve(records count: Int, bytes: Int) {
        records.reserveCapacity(count)
        tables[0].reserve(rows: count, bytes: bytes)
    }

    /// Adds a record's row and sub-rows, or nothing.
    /// - Parameter key: ``integerKey`` of it, where it was read before.
    /// - Throws: ``RowRejection`` when it cannot be a row; all is as before then.
    /// - Complexity: one pass over the record for each level of nesting that a value lies in.
    package mutating func add(
        _ event: RecordEvent,
        receivedAt: Timestamp,
        key: KeyPart? = nil
    ) throws(RowRejection) {
        guard event.elements <= Self.mostElements else {
            throw RowRejection("the arrays of the record have more than \(Self.mostElements) elements")
        }
        let known = (tables: tables.count, nodes: nodes.count)
        for index in tables.indices { tables[index].setMark() }
        sequence = event.envelope.sequence
        do {
            try readKey(of: event, known: key)
            repeat {
                replaced.formUnion(newlyReplaced)
                newlyReplaced.removeAll(keepingCapacity: true)
                recordRepairs = .none
                try addRow(of: event, receivedAt: receivedAt)
                if !newlyReplaced.isEmpty { undo(to: known) }
            } while !newlyReplaced.isEmpty
        } catch {
            undo(to: known)
            forgetReplaced()
            throw error
        }
        forgetReplaced()
        repairs += recordRepairs
        noteBookmark()
        records.append(record(of: event))
    }

    private mutating func forgetReplaced() {
        newlyReplaced.removeAll(keepingCapacity: true)
        replaced.removeAll(keepingCapacity: true)
    }

    private mutating func addRow(of event: RecordEvent, receivedAt: Timestamp) throws(RowRejection) {
        tables[0].beginRow()
        tables[0].append(event.envelope.time.microseconds, slot: Fixed.extractedAt)
        tables[0].append(receivedAt.microseconds, slot: Fixed.receivedAt)
        tables[0].append(event.envelope.sequence, slot: Fixed.sequence)
        if let version = event.envelope.tableVersion { tables[0].append(version, slot: Fixed.tableVersion) }
        if keyNodes.isEmpty {
            let key = keyParts[0].bytes
            tables[0].append(slot: Fixed.primaryKey) { $0 += key }
        }
        let bytes = event.data.span
        try walkMembers(ofObjectAt: 0, at: 0, in: bytes)
        for (node, part) in zip(keyNodes, keyParts) where nodes[node].position != part.position {
            throw RowRejection("the key field \(NameRule.shown(nodes[node].place.column)) comes twice")
        }
    }

    private func record(of event: RecordEvent) -> TableLoad.Record {
        var digest: String?
        if case .kept = root.kind {
            var hash = SHA256()
            event.data.withUnsafeBytes { hash.update(bufferPointer: $0) }
            digest = hash.finalize().hexadecimal
        }
        return TableLoad.Record(
            key: event.envelope.subject ?? event.envelope.id,
            sequence: event.envelope.sequence,
            digest: digest,
            tableVersion: event.envelope.tableVersion
        )
    }

    private mutating func noteBookmark() {
        guard let bookmarkNode, nodes[bookmarkNode].slot >= 0 else { return }
        let slot = tables[0].slots[nodes[bookmarkNode].slot]
        guard slot.serial == tables[0].serial else { return }
        let cell = tables[0].rows.cells[slot.cell]
        let value: BookmarkValue
        switch cell.type {
        case .integer: value = .integer(cell.word)
        case .timestamp: value = .timestamp(Timestamp(microseconds: cell.word))
        case .text: value = .text(String(decoding: tables[0].rows.bytes[cell.byteRange], as: UTF8.self))
        case .boolean, .decimal: return
        }
        maxBookmark = max(maxBookmark ?? value, value)
    }

    /// Goes back to before the record: rows, and tables, columns and nodes that came with it.
    private mutating func undo(to known: (tables: Int, nodes: Int)) {
        let isNew = tables.count > known.tables || nodes.count > known.nodes
        for table in tables[known.tables...] { tableByName[table.name] = nil }
        tables.removeSubrange(known.tables...)
        var lostColumns = false
        for index in tables.indices {
            let columns = tables[index].slots.count
            tables[index].undo()
            lostColumns = lostColumns || tables[index].slots.count < columns
        }
        levels.removeAll(keepingCapacity: true)
        guard isNew || lostColumns else { return }
        nodes.removeSubrange(known.nodes...)
        for index in nodes.indices {
            let columns = tables[nodes[index].table].slots.count
            if nodes[index].slot >= columns { nodes[index].slot = -1 }
            if nodes[index].splits.contains(where: { $0 >= columns }) { nodes[index].splits = [] }
            if nodes[index].element >= known.nodes { nodes[index].element = -1 }
            nodes[index].members.removeNodes(from: known.nodes)
            nodes[index].memberByName = nodes[index].memberByName.filter { $0.value < known.nodes }
        }
    }

    private mutating func readKey(of event: RecordEvent, known: KeyPart?) throws(RowRejection) {
        if let known {
            keyParts.removeAll(keepingCapacity: true)
            keyParts.append(known)
        } else if keyNodes.isEmpty {
            keyParts = [
                KeyPart(type: .text, position: 0, word: 0, bytes: Array(Self.primaryKey(of: event.envelope.id).utf8))
            ]
        } else {
            try readKey(of: event.data)
        }
    }

    /// Finds the key's fields among the record's members and reads them as their columns' types.
    private mutating func readKey(of data: Bytes) throws(RowRejection) {
        let bytes = data.span
        keyParts.removeAll(keepingCapacity: true)
        guard !bytes.isEmpty, bytes[0] == UInt8(ascii: "{") else { throw RowRejection("the record is no object") }
        for (place, node) in keyNodes.enumerated() {
            keyParts.append(try keyPart(node, type: keyTypes[place], in: bytes))
        }
    }

    private mutating func keyPart(
        _ node: Int,
        type: CellType,
        in bytes: Span<UInt8>
    ) throws(RowRejection) -> KeyPart {
        nodes[0].members.beginObject()
        var members = JSONMembers(ofObjectAt: 0)
        while let member = try nextMember(&members, of: 0, in: bytes) {
            guard member.node == node else {
                members.resume(at: Self.end(of: member.value, in: bytes))
                continue
            }
            if member.value.kind == .null { break }
            return try keyPart(of: member.value, type: type, at: node, in: bytes)
        }
        let name = NameRule.shown(nodes[node].place.column)
        throw RowRejection("the key field \(name) is null or missing")
    }

    /// A UUID made of the event's id, so that the same event is the same row. Layout: RFC 9562, version 8.
    static func primaryKey(of id: String) -> String {
        var bytes = Array(SHA256.hash(data: Array(id.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array(bytes.hexadecimal)
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
