import GRDB
import Loader

/// `_sdc_rejected` of one file.
extension SQLiteBookkeeping {
    private var sql: RejectedSQL {
        RejectedSQL(
            bookkeeping: statements.bookkeeping,
            place: "rowid",
            placeFromText: { "CAST(\($0) AS INTEGER)" },
            time: { $0 },
            length: { "length(CAST(\($0) AS BLOB))" }
        )
    }

    func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after: RejectedPlace?
    ) throws -> [StoredRejection] {
        try values(sql.page(selection, atMost: count, bytes: bytes, after: after)).map { StoredRejection(values: $0) }
    }

    func rejectedGroups(_ selection: RejectedSelection) throws -> [RejectedGroup] {
        try values(sql.groups(selection)).map { RejectedGroup(values: $0) }
    }

    func oldestVersion(in table: Loader.Table) throws -> Int64? {
        guard let statement = statements.bookkeeping.oldestVersion(in: table) else { return nil }
        return try Int64.fetchOne(database, sql: statement.sql, arguments: StatementArguments(statement.parameters))
    }

    /// Removes the rows that a batch replays.
    /// - Throws: ``DestinationError/positionMoved`` when one of them is not what it was.
    func removeReplayed(_ batch: LoadBatch) throws {
        guard !batch.replayed.isEmpty else { return }
        let name = statements.bookkeeping.name(.rejected)
        var removed: [RejectedPlace] = []
        for place in batch.replayed {
            let row = try Row.fetchOne(
                database,
                sql: "SELECT topic, \"partition\", \"offset\" FROM \(name) WHERE rowid = ?",
                arguments: [Int64(place.place)]
            )
            guard let row else { throw DestinationError.positionMoved }
            removed.append(
                RejectedPlace(place: place.place, topic: row[0] ?? "", partition: row[1] ?? 0, offset: row[2] ?? 0)
            )
            try database.execute(sql: "DELETE FROM \(name) WHERE rowid = ?", arguments: [Int64(place.place)])
        }
        guard batch.isReplaying(removed) else { throw DestinationError.positionMoved }
    }

    /// See ``BookkeepingSQL/selectRevision``.
    func revision() throws -> Int64 {
        try Int64.fetchOne(database, sql: statements.bookkeeping.selectRevision) ?? 0
    }

    private func values(_ statement: BoundStatement) throws -> [[String?]] {
        let arguments = StatementArguments(statement.parameters)
        return try Row.fetchAll(database, sql: statement.sql, arguments: arguments).map { row in
            row.databaseValues.map { String.fromDatabaseValue($0) ?? Int64.fromDatabaseValue($0).map(String.init) }
        }
    }
}
