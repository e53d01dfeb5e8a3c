import Loader
import Model

/// The SQL that reads `_sdc_rejected`, and what differs between databases in it.
struct RejectedSQL {
    let bookkeeping: BookkeepingSQL
    /// The database's own name of a row, and what makes its text one.
    let place: String
    let placeFromText: (String) -> String
    /// A time as RFC 3339 with microseconds.
    let time: (String) -> String
    let length: (String) -> String

    private var table: String { bookkeeping.name(.rejected) }

    /// Gives the values that ``StoredRejection/init(values:)`` reads.
    func page(_ selection: RejectedSelection, atMost count: Int, bytes: Int, after: RejectedPlace?) -> BoundStatement {
        var condition = Condition(selection)
        if let after { condition.add("\(place) > \(placeFromText(condition.bind(after.place)))") }
        return BoundStatement(
            sql: """
                SELECT place, rejected_at, table_name, reason, record, _sdc_sequence, _sdc_table_version,
                    extracted_at, topic, "partition", "offset", replayable
                FROM (
                    SELECT page.*, sum(length) OVER (ORDER BY place) AS total FROM (
                        SELECT \(place) AS place, \(time("_sdc_rejected_at")) AS rejected_at, table_name, reason, record,
                            _sdc_sequence, _sdc_table_version, \(time("_sdc_extracted_at")) AS extracted_at, topic,
                            "partition", "offset", CASE WHEN replayable THEN 1 ELSE 0 END AS replayable,
                            coalesce(\(length("record")), 0) AS length
                        FROM \(table)\(condition.sql) ORDER BY \(place) LIMIT \(count)
                    ) page
                ) sized WHERE total - length < \(bytes) ORDER BY place
                """,
            parameters: condition.parameters
        )
    }

    /// Gives the values that ``RejectedGroup/init(values:)`` reads.
    func groups(_ selection: RejectedSelection) -> BoundStatement {
        let condition = Condition(selection)
        return BoundStatement(
            sql: """
                SELECT table_name, reason, replayable, count, \(time("first")), \(time("last")) FROM (
                    SELECT coalesce(table_name, '') AS table_name, coalesce(reason, '') AS reason,
                        CASE WHEN replayable THEN 1 ELSE 0 END AS replayable, count(*) AS count,
                        min(_sdc_rejected_at) AS first, max(_sdc_rejected_at) AS last
                    FROM \(table)\(condition.sql) GROUP BY 1, 2, 3
                ) grouped ORDER BY 1, 2, 3
                """,
            parameters: condition.parameters
        )
    }

    /// The conditions of a selection with their parameters.
    private struct Condition {
        private var conditions: [String] = []
        private(set) var parameters: [String?] = []

        init(_ selection: RejectedSelection) {
            if let table = selection.table { add("table_name = \(bind(table))") }
            if let reason = selection.reason {
                let text = "CAST(\(bind(reason)) AS text)"
                add("substr(reason, 1, length(\(text))) = \(text)")
            }
            if let until = selection.until { add("_sdc_rejected_at <= \(bind(until.formatted(.microseconds)))") }
            if selection.isReplayable { add("replayable") }
        }

        mutating func bind(_ value: String) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }

        mutating func add(_ condition: String) { conditions.append(condition) }

        var sql: String { conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ") }
    }
}

extension StoredRejection {
    /// Reads the columns of ``RejectedSQL/page(_:atMost:bytes:after:)``. What others put there may lack anything.
    init(values: [String?]) {
        let (topic, partition, offset) = (
            values[8] ?? "", values[9].flatMap { Int32($0) }, values[10].flatMap { Int64($0) }
        )
        self.init(
            place: RejectedPlace(place: values[0] ?? "", topic: topic, partition: partition ?? 0, offset: offset ?? 0),
            row: RejectedRow(
                table: values[2] ?? "",
                reason: values[3] ?? "",
                record: values[4] ?? "",
                rejectedAt: values[1].flatMap { Timestamp(parsing: $0) } ?? Timestamp(microseconds: 0),
                extractedAt: values[7].flatMap { Timestamp(parsing: $0) },
                sequence: values[5].flatMap { Int64($0) },
                tableVersion: values[6].flatMap { Int64($0) },
                topic: topic,
                partition: partition ?? 0,
                offset: offset ?? 0,
                replayable: values[11] == "1"
            )
        )
    }
}

extension RejectedGroup {
    /// Reads the columns of ``RejectedSQL/groups(_:)``.
    init(values: [String?]) {
        let never = Timestamp(microseconds: 0)
        self.init(
            table: values[0] ?? "",
            reason: values[1] ?? "",
            isReplayable: values[2] == "1",
            count: values[3].flatMap { Int($0) } ?? 0,
            first: values[4].flatMap { Timestamp(parsing: $0) } ?? never,
            last: values[5].flatMap { Timestamp(parsing: $0) } ?? never
        )
    }
}

extension BookkeepingSQL {
    /// A number that rises whenever a table or a column is made.
    var selectRevision: String {
        "SELECT count(*) + coalesce(sum(length(column_types)), 0) FROM \(name(.tables))"
    }

    /// The least version among the rows of a table; of a kept list among its records that are not gone.
    func oldestVersion(in table: Table) -> BoundStatement? {
        switch table.kind {
        case .kept:
            BoundStatement(
                sql: """
                    SELECT min(coalesce(table_version, 0)) FROM \(name(.keys))
                    WHERE table_name = $1 AND CASE WHEN deleted THEN 0 ELSE 1 END = 1
                    """,
                parameters: [table.name]
            )
        case .versioned, .appended:
            BoundStatement(
                sql:
                    "SELECT min(coalesce(\(SQLIdentifier.quoted(SystemColumn.tableVersion)), 0)) FROM \(name(table.name))"
            )
        case .keyed, .subtable: nil
        }
    }
}

extension LoadBatch {
    /// True when the rows of `_sdc_rejected` that were removed are those that the batch replays.
    func isReplaying(_ removed: [RejectedPlace]) -> Bool {
        removed.count == replayed.count && Set(removed) == Set(replayed)
    }
}
