import LibPQ
import Loader

/// `_sdc_rejected` of one schema.
extension PostgreSQLWorker {
    private var sql: RejectedSQL {
        RejectedSQL(
            bookkeeping: statements.bookkeeping,
            place: "ctid",
            placeFromText: { "CAST(\($0) AS tid)" },
            time: { "to_char(\($0) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')" },
            length: { "octet_length(\($0))" }
        )
    }

    func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) throws -> [StoredRejection] {
        try repeated { session in
            try session.run(sql.page(selection, atMost: count, bytes: bytes, after: place)).values
                .map { StoredRejection(values: $0) }
        }
    }

    func rejectedGroups(_ selection: RejectedSelection) throws -> [RejectedGroup] {
        try repeated { session in
            try session.run(sql.groups(selection)).values.map { RejectedGroup(values: $0) }
        }
    }

    func oldestVersion(in table: String) throws -> Int64? {
        try repeated { session in
            var state = try readState(session)
            let name = state.names.name(ofTable: table)
            guard let statement = state.catalog.tables[name].flatMap(statements.bookkeeping.oldestVersion(in:)) else {
                return nil
            }
            return try session.run(statement).integer(0, 0)
        }
    }

    /// See ``BookkeepingSQL/selectRevision``.
    func readRevision(_ session: PostgreSQLSession) throws(DestinationError) -> Int64 {
        try session.run(statements.bookkeeping.selectRevision).integer(0, 0) ?? 0
    }

    /// Removes the rows that a batch replays, waiting for a transaction that is about to.
    /// - Throws: ``DestinationError/positionMoved`` when one of them is not what it was.
    func removeReplayed(_ batch: LoadBatch, _ session: PostgreSQLSession) throws(DestinationError) {
        guard !batch.replayed.isEmpty else { return }
        let rows = try session.run(
            """
            DELETE FROM \(statements.bookkeeping.name(.rejected)) WHERE ctid = ANY (CAST($1 AS tid[]))
            RETURNING ctid, topic, "partition", "offset"
            """,
            [Self.places(batch)]
        )
        guard batch.isReplaying(rows.values.map(RejectedPlace.init(values:))) else { throw .positionMoved }
    }

    /// True when the rows that a batch replays are gone: it was loaded.
    func isReplayed(_ batch: LoadBatch, _ session: PostgreSQLSession) throws(DestinationError) -> Bool {
        guard !batch.replayed.isEmpty else { return false }
        let rows = try session.run(
            """
            SELECT ctid, topic, "partition", "offset" FROM \(statements.bookkeeping.name(.rejected))
            WHERE ctid = ANY (CAST($1 AS tid[]))
            """,
            [Self.places(batch)]
        )
        return Set(rows.values.map(RejectedPlace.init(values:))).isDisjoint(with: batch.replayed)
    }

    private static func places(_ batch: LoadBatch) -> String {
        "{" + batch.replayed.map { "\"\($0.place)\"" }.joined(separator: ",") + "}"
    }
}

extension RejectedPlace {
    fileprivate init(values: [String?]) {
        self.init(
            place: values[0] ?? "",
            topic: values[1] ?? "",
            partition: values[2].flatMap { Int32($0) } ?? 0,
            offset: values[3].flatMap { Int64($0) } ?? 0
        )
    }
}

extension PQResult {
    /// All rows, each with all its values.
    fileprivate var values: [[String?]] {
        (0..<rowCount).map { row in (0..<columnCount).map { text(row, $0) } }
    }
}
