import GRDB
import Messaging

/// The tables of the log's file, and the number that says which binary may open it.
///
/// | table | holds |
/// |---|---|
/// | `meta` | `format`, `partitions` |
/// | `topics` | name, clean-up, retention in microseconds, most bytes of a message |
/// | `logs` | one per topic and partition: first offset kept, next offset, last time stamp, compacted up to |
/// | `messages` | by ``MessageID``: time stamp in microseconds, key, value |
/// | `group_offsets` | by group and log: the next offset to do; null for a member that has committed nothing |
enum LogFormat {
    /// Rises with every change of the tables that an older binary cannot live with.
    static let number = 1

    static let tables = """
        CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE topics (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            cleanup TEXT NOT NULL,
            retention INTEGER,
            max_message_bytes INTEGER NOT NULL
        );
        CREATE TABLE logs (
            id INTEGER PRIMARY KEY,
            topic INTEGER NOT NULL REFERENCES topics (id),
            partition INTEGER NOT NULL,
            start_offset INTEGER NOT NULL DEFAULT 0,
            next_offset INTEGER NOT NULL DEFAULT 0,
            last_timestamp INTEGER NOT NULL DEFAULT 0,
            compacted_to INTEGER NOT NULL DEFAULT 0,
            UNIQUE (topic, partition)
        );
        CREATE TABLE messages (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB);
        CREATE TABLE group_offsets (
            group_name TEXT NOT NULL,
            log INTEGER NOT NULL REFERENCES logs (id),
            next_offset INTEGER,
            PRIMARY KEY (group_name, log)
        ) WITHOUT ROWID;
        CREATE INDEX group_offsets_log ON group_offsets (log);
        """

    /// Makes the tables in a new file; one transaction.
    static func create(partitions: Int32, in db: Database) throws {
        try db.inTransaction(.immediate) {
            try db.execute(sql: tables)
            try db.execute(
                sql: "INSERT INTO meta (name, value) VALUES ('format', ?), ('partitions', ?)",
                arguments: [number, partitions]
            )
            return .commit
        }
    }

    /// True for a file without any table.
    static func isEmpty(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }

    /// Checks that this binary may open the log.
    /// - Returns: the partitions of its topics.
    /// - Throws: ``MessagingError/refused(call:reason:)`` for a newer format, or another program's file.
    static func check(_ db: Database, path: String) throws -> Int32 {
        guard try db.tableExists("meta"), try db.tableExists("messages"),
            let format = try value("format", in: db), let partitions = try value("partitions", in: db)
        else {
            throw MessagingError.refused(
                call: "open",
                reason: "\(path) is a database of another program; name another file in `transport`"
            )
        }
        guard format <= number else {
            throw MessagingError.refused(
                call: "open",
                reason: "\(path) has format \(format), this deskpipe knows up to \(number): upgrade deskpipe"
            )
        }
        return Int32(clamping: partitions)
    }

    private static func value(_ name: String, in db: Database) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name])
    }
}
