import Loader
import Messaging
import Model

/// One connection's schema in a database: a batch is applied in one transaction, or not at all.
struct SimulatedDestination {
    struct Row {
        var sequence: Int64
        var tableVersion: Int64?
        var digest: String?
        var isDeleted = false
        /// Texts by column.
        var cells: [String: String]
        /// Rows by sub-table.
        var subrows: [String: Int] = [:]
    }

    private(set) var catalog = SchemaCatalog()
    private(set) var positions: [TopicPartition: LogPosition] = [:]
    /// By table and record key.
    private(set) var tables: [String: [String: Row]] = [:]
    private(set) var outbox: [OutboxMessage] = []
    private(set) var batches = 0

    mutating func takeOutbox() -> [OutboxMessage] {
        defer { outbox = [] }
        return outbox
    }

    /// - Throws: ``DestinationError/positionMoved``; ``Violation``; what `conclude` throws. Nothing is changed then.
    mutating func apply(
        _ batch: LoadBatch,
        at now: Timestamp,
        conclude: (LoadOutcome) throws -> Conclusion
    ) throws {
        var next = self
        try next.move(batch.positions)
        try next.change(batch.changes)
        for declared in batch.declarations { next.catalog.declarations[declared.schema.stream] = declared }
        var outcome = LoadOutcome(batchedAt: now)
        for load in batch.tables { outcome.tables[load.table.name] = try next.write(load) }
        for version in batch.versions {
            outcome.tables[version.table, default: TableOutcome()].deleted += try next.take(version)
        }
        next.outbox += try conclude(outcome).outbox
        next.batches += 1
        self = next
    }

    private mutating func move(_ changes: [PositionChange]) throws {
        for change in changes {
            let place = TopicPartition(topic: change.new.topic, partition: change.new.partition)
            guard positions[place] == change.expected else { throw DestinationError.positionMoved }
            if let held = positions[place] {
                try demand(change.new.nextOffset > held.nextOffset, "\(place): the position goes back")
                try demand(change.new.sequence >= held.sequence, "\(place): the position's sequence goes back")
            }
            positions[place] = change.new
        }
    }

    private mutating func change(_ changes: [SchemaChange]) throws {
        for change in changes {
            switch change {
            case .createTable(let table):
                try demand(catalog.tables[table.name] == nil, "table \(table.name) is made twice")
                catalog.tables[table.name] = table
            case .addColumn(let name, let column):
                guard var table = catalog.tables[name] else { throw Violation("a column for no table: \(name)") }
                try demand(!table.columns.contains { $0.name == column.name }, "column \(column.name) is made twice")
                table.columns.append(column)
                catalog.tables[name] = table
            }
        }
    }

    private mutating func write(_ load: TableLoad) throws -> TableOutcome {
        var outcome = TableOutcome()
        let name = load.table.name
        try demand(load.rows.count == load.records.count, "\(name): rows and records differ")
        let rows = try Self.cells(of: load.rows, in: catalog.tables[name], name)
        var isKept = false
        if case .kept = load.table.kind { isKept = true }
        for (place, record) in load.records.enumerated() {
            var row = Row(
                sequence: record.sequence,
                tableVersion: record.tableVersion,
                digest: record.digest,
                cells: rows[place]
            )
            for subload in load.subtables {
                row.subrows[subload.table.name] = subload.parents.count { $0 == place }
            }
            guard let held = tables[name]?[record.key] else {
                outcome.inserted += 1
                tables[name, default: [:]][record.key] = row
                continue
            }
            guard held.sequence < record.sequence else {
                outcome.superseded += 1
                continue
            }
            if isKept, held.digest == record.digest, !held.isDeleted {
                outcome.unchanged += 1
            } else {
                outcome.updated += 1
            }
            tables[name]?[record.key] = row
        }
        for subload in load.subtables {
            _ = try Self.cells(of: subload.rows, in: catalog.tables[subload.table.name], subload.table.name)
        }
        return outcome
    }

    /// The rows' cells, each of which has its column in the table.
    private static func cells(of rows: RowBuffer, in table: Table?, _ name: String) throws -> [[String: String]] {
        let types = Dictionary((table?.columns ?? []).map { ($0.name, $0.type) }) { first, _ in first }
        return try (0..<rows.count).map { row in
            var cells: [String: String] = [:]
            for place in rows.cells(ofRow: row) {
                let cell = rows.cells[place]
                let column = rows.columns[Int(cell.column)]
                try demand(types[column.name] == cell.type, "\(name).\(column.name) is no \(cell.type)")
                switch cell.type {
                case .decimal, .text: cells[column.name] = String(decoding: rows.bytes[cell.byteRange], as: UTF8.self)
                case .integer, .boolean, .timestamp: cells[column.name] = String(cell.word)
                }
            }
            return cells
        }
    }

    /// - Returns: the rows deleted, or marked.
    private mutating func take(_ change: VersionChange) throws -> Int {
        guard let table = catalog.tables[change.table] else {
            throw Violation("a version of no table: \(change.table)")
        }
        var count = 0
        for (key, row) in tables[change.table] ?? [:] where (row.tableVersion ?? 0) < change.tableVersion {
            switch table.kind {
            case .versioned: tables[change.table]?[key] = nil
            case .kept where !row.isDeleted: tables[change.table]?[key]?.isDeleted = true
            default: continue
            }
            count += 1
        }
        return count
    }
}
