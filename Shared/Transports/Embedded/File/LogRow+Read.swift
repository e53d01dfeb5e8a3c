import GRDB
import GRDBSQLite
import Messaging
import Model

/// Finding logs. A consumer asks for all of its topics' logs at each reception, so the rows are read through SQLite
/// itself, as ``MessageRows`` does.
extension LogRow {
    private static let columns = """
        SELECT logs.id, name, partition, start_offset, next_offset, last_timestamp, compacted_to, cleanup, retention,
            max_message_bytes
        FROM topics JOIN logs ON logs.topic = topics.id
        """

    /// The logs of a topic, by partition; none for a topic that does not exist.
    static func all(of topic: String, in db: Database) throws -> [LogRow] {
        try rows("\(columns) WHERE name = ?1 ORDER BY partition", topic: topic, in: db)
    }

    static func all(in db: Database) throws -> [LogRow] {
        try rows("\(columns) ORDER BY logs.id", in: db)
    }

    static func one(_ partition: TopicPartition, in db: Database) throws -> LogRow? {
        try rows(
            "\(columns) WHERE name = ?1 AND partition = ?2",
            topic: partition.topic,
            partition: partition.partition,
            in: db
        ).first
    }

    /// - Parameters:
    ///   - topic: bound as `?1`.
    ///   - partition: bound as `?2`.
    private static func rows(
        _ sql: String,
        topic: String? = nil,
        partition: Int32? = nil,
        in db: Database
    ) throws -> [LogRow] {
        let cached = try db.cachedStatement(sql: sql)
        let statement = cached.sqliteStatement
        sqlite3_reset(statement)
        defer { sqlite3_reset(statement) }
        if let topic {
            // SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies the text before it returns.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            sqlite3_bind_text(statement, 1, topic, -1, transient)
        }
        if let partition { sqlite3_bind_int(statement, 2, partition) }
        var rows: [LogRow] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else {
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
                    message: db.lastErrorMessage
                )
            }
            rows.append(LogRow(statement, topic: topic))
        }
    }

    /// - Parameter topic: the row's, where it is known.
    private init(_ row: SQLiteStatement, topic: String?) {
        id = sqlite3_column_int64(row, 0)
        self.topic = topic ?? Self.text(1, of: row)
        partition = sqlite3_column_int(row, 2)
        start = sqlite3_column_int64(row, 3)
        next = sqlite3_column_int64(row, 4)
        lastTimestamp = Timestamp(microseconds: sqlite3_column_int64(row, 5))
        compactedTo = sqlite3_column_int64(row, 6)
        cleanup = TopicSpecification.Cleanup(rawValue: Self.text(7, of: row)) ?? .delete
        let isKept = sqlite3_column_type(row, 8) == SQLITE_NULL
        retention = isKept ? nil : .microseconds(sqlite3_column_int64(row, 8))
        maxMessageBytes = Int(sqlite3_column_int64(row, 9))
    }

    private static func text(_ column: Int32, of row: SQLiteStatement) -> String {
        sqlite3_column_text(row, column).map { String(cString: $0) } ?? ""
    }
}
