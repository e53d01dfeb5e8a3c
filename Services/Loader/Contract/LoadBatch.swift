package import Model

/// Everything that one transaction of a destination writes.
package struct LoadBatch: Sendable {
    /// Streams that are read anew; their tables are put right before all else.
    package var resets: [TableReset]
    package var changes: [SchemaChange]
    /// Schema events that are newer than what the schema holds; what they declare outlives the loader.
    package var declarations: [StreamDeclaration]
    package var tables: [TableLoad]
    package var versions: [VersionChange]
    package var rejected: [RejectedRow]
    /// Rows of `_sdc_rejected` that go with this batch: their records are in it, or superseded, or rejected again.
    /// All positions are locked then, as a loader locks them.
    package var replayed: [RejectedPlace]
    package var positions: [PositionChange]

    package init(
        resets: [TableReset] = [],
        changes: [SchemaChange] = [],
        declarations: [StreamDeclaration] = [],
        tables: [TableLoad] = [],
        versions: [VersionChange] = [],
        rejected: [RejectedRow] = [],
        replayed: [RejectedPlace] = [],
        positions: [PositionChange] = []
    ) {
        self.resets = resets
        self.changes = changes
        self.declarations = declarations
        self.tables = tables
        self.versions = versions
        self.rejected = rejected
        self.replayed = replayed
        self.positions = positions
    }

    /// The batch once its rows are elsewhere: its tables are still named, empty.
    package var withoutRows: LoadBatch {
        var rest = self
        rest.tables = tables.map { TableLoad(table: $0.table, rows: RowBuffer(), records: [], subtables: []) }
        return rest
    }

    /// True when what follows cannot be planned before it is loaded: it may be refused, or done otherwise.
    package var changesSchema: Bool { !resets.isEmpty || !changes.isEmpty || !declarations.isEmpty }
}

/// A stream is read anew, whatever became of its table.
///
/// Of its table and sub-tables those that lack what Deskpipe needs are dropped, for ``LoadBatch/changes`` make them
/// anew; the others stay as they are, with their rows. What is known of the rows is forgotten, so that a record of a
/// kept list is written again although it did not change, and an empty table is no fault.
package struct TableReset: Hashable, Sendable {
    /// The stream's root table.
    package var table: String

    package init(table: String) {
        self.table = table
    }
}

/// The rows of one root table and its sub-tables. A key stands in it once: its newest record.
package struct TableLoad: Sendable {
    /// As it will be after the batch's changes.
    package var table: Table
    package var rows: RowBuffer
    /// For each row of `rows` what the guard needs.
    package var records: [Record]
    package var subtables: [SubtableLoad]

    package struct Record: Sendable {
        /// The event's subject.
        package var key: String
        package var sequence: Int64
        /// The hash of the record's bytes, for kept lists; equal when the record is the same.
        package var digest: String?
        package var tableVersion: Int64?

        package init(key: String, sequence: Int64, digest: String? = nil, tableVersion: Int64? = nil) {
            self.key = key
            self.sequence = sequence
            self.digest = digest
            self.tableVersion = tableVersion
        }
    }

    package init(table: Table, rows: RowBuffer, records: [Record], subtables: [SubtableLoad]) {
        self.table = table
        self.rows = rows
        self.records = records
        self.subtables = subtables
    }
}

/// Rows of one sub-table, with key and level columns as cells, in order of their root rows.
package struct SubtableLoad: Sendable {
    package var table: Table
    package var rows: RowBuffer
    /// For each row the place of its record in ``TableLoad/records``; never falling.
    package var parents: [Int]

    package init(table: Table, rows: RowBuffer, parents: [Int]) {
        self.table = table
        self.rows = rows
        self.parents = parents
    }
}

/// A full read of a table is complete: what older versions brought is gone at the source.
package struct VersionChange: Hashable, Sendable {
    package var table: String
    package var tableVersion: Int64
    /// When the read ended; what `_sdc_deleted_at` gets.
    package var time: Timestamp

    package init(table: String, tableVersion: Int64, time: Timestamp) {
        self.table = table
        self.tableVersion = tableVersion
        self.time = time
    }
}

/// A row of `_sdc_rejected`.
package struct RejectedRow: Hashable, Sendable {
    package var table: String
    package var reason: String
    /// The record's JSON, cut at 1 MiB on a character boundary.
    package var record: String
    package var rejectedAt: Timestamp
    package var extractedAt: Timestamp?
    package var sequence: Int64?
    package var tableVersion: Int64?
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// True when the whole record is here and could be loaded after a fix.
    package var replayable: Bool

    package init(
        table: String,
        reason: String,
        record: String,
        rejectedAt: Timestamp,
        extractedAt: Timestamp? = nil,
        sequence: Int64? = nil,
        tableVersion: Int64? = nil,
        topic: String,
        partition: Int32,
        offset: Int64,
        replayable: Bool
    ) {
        self.table = table
        self.reason = reason
        self.record = record
        self.rejectedAt = rejectedAt
        self.extractedAt = extractedAt
        self.sequence = sequence
        self.tableVersion = tableVersion
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.replayable = replayable
    }
}

/// A position that the batch moves, and what it was built on.
package struct PositionChange: Hashable, Sendable {
    /// Nil: nothing of this topic and partition was loaded before.
    package var expected: LogPosition?
    package var new: LogPosition

    package init(expected: LogPosition?, new: LogPosition) {
        self.expected = expected
        self.new = new
    }
}

/// What a batch did, by root table.
package struct LoadOutcome: Sendable {
    /// The start of the transaction; `_sdc_batched_at` of its rows.
    package var batchedAt: Timestamp
    package var tables: [String: TableOutcome]

    package init(batchedAt: Timestamp, tables: [String: TableOutcome] = [:]) {
        self.batchedAt = batchedAt
        self.tables = tables
    }
}

package struct TableOutcome: Hashable, Sendable {
    package var inserted = 0
    package var updated = 0
    /// Rows of a kept list that were already the same.
    package var unchanged = 0
    /// Rows that lost against a sequence at least as high in the table.
    package var superseded = 0
    /// Rows deleted, or marked, by a version change.
    package var deleted = 0
    /// Rows written, by sub-table.
    package var subtables: [String: Int] = [:]

    package init() {}
}
