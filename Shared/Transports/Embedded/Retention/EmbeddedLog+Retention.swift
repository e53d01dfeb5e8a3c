import Failpoints
import GRDB
import Messaging
import Model

extension EmbeddedLog {
    /// Messages that one transaction drops at most: publishing waits no longer than that takes.
    private static let chunk = 1000

    /// Free space that is worth giving back to the disk, and what is left then for what comes next.
    private static let largeFreeSpace: Int64 = 256 << 20
    private static let keptFreeSpace: Int64 = 64 << 20

    /// Drops by age, compacts, and gives large free space back.
    func maintain(at now: Timestamp) async throws {
        for log in try await due(at: now, isPressed: false) {
            while try await drop(from: log, at: now, isPressed: false) {}
        }
        try await compact(at: now)
        let space = try await file.read("retention") { try FileSpace(of: $0) }
        if space.reusable > max(Self.largeFreeSpace, space.used / 2) { try await giveBack(down: Self.keptFreeSpace) }
    }

    /// Makes room for a publish that found none: old messages, then records that every group has done, before their
    /// time, until there is room with some to spare; and what is free goes back to a disk that is short.
    func relieve(at now: Timestamp, for bytes: Int64) async throws {
        try await maintain(at: now)
        let space = try await file.read("retention") { try FileSpace(of: $0) }
        let free = settings.freeBytes(file.path) ?? .max
        let isShort = free < EmbeddedSettings.reserve + 4 * bytes
        var target = settings.max - settings.max / 16 - bytes
        if isShort { target = min(target, space.used + space.reusable - (EmbeddedSettings.reserve + 4 * bytes - free)) }
        try await drop(downTo: target, at: now)
        if isShort { try await giveBack(down: 0) }
    }

    /// Drops records that every group has done, a chunk of each log in turn, until so many bytes are used at most.
    private func drop(downTo target: Int64, at now: Timestamp) async throws {
        var logs = try await due(at: now, isPressed: true)
        while !logs.isEmpty {
            var rest: [LogRow] = []
            for log in logs {
                if try await file.read("retention", { try FileSpace(of: $0).used }) <= target { return }
                if try await drop(from: log, at: now, isPressed: true) { rest.append(log) }
            }
            logs = rest
        }
    }

    /// The logs whose first message may go.
    private func due(at now: Timestamp, isPressed: Bool) async throws -> [LogRow] {
        let rule = RetentionRule(keep: settings.keep)
        return try await file.read("retention") { db in
            let done = try Self.done(in: db)
            let first = try db.cachedStatement(
                sql: "SELECT timestamp FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"
            )
            return try LogRow.all(in: db).filter { log in
                guard let limit = rule.limit(of: log, done: done[log.id], at: now, isPressed: isPressed) else {
                    return false
                }
                guard let before = limit.before else { return true }
                let time = try Int64.fetchOne(
                    first,
                    arguments: [
                        MessageID(log: log.id, offset: log.start).rawValue,
                        MessageID(log: log.id, offset: limit.below).rawValue,
                    ]
                )
                return time.map { $0 < before.microseconds } ?? true
            }
        }
    }

    /// Drops one chunk of what may go of a log.
    /// - Returns: true when there may be more.
    private func drop(from log: LogRow, at now: Timestamp, isPressed: Bool) async throws -> Bool {
        let rule = RetentionRule(keep: settings.keep)
        return try await file.write("retention") { db in
            // All is asked again inside the transaction: a group may have joined, or gone back.
            guard let log = try LogRow.one(log.topicPartition, in: db),
                let limit = rule.limit(
                    of: log,
                    done: try Self.done(in: db)[log.id],
                    at: now,
                    isPressed: isPressed
                )
            else { return false }
            let end = MessageID(log: log.id, offset: limit.below).rawValue
            let rows = try Row.fetchAll(
                try db.cachedStatement(
                    sql: "SELECT id, timestamp FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
                ),
                arguments: [MessageID(log: log.id, offset: log.start).rawValue, end, Self.chunk]
            )
            let kept = rows.first { row in limit.before.map { row[1] >= $0.microseconds } ?? false }
            let isWhole = rows.count < Self.chunk
            let newStart: Int64 = kept?[0] ?? (isWhole ? end : (rows.last?[0] ?? end) + 1)
            try db.cachedStatement(sql: "DELETE FROM messages WHERE id >= ? AND id < ?")
                .execute(arguments: [MessageID(log: log.id, offset: log.start).rawValue, newStart])
            try db.cachedStatement(sql: "UPDATE logs SET start_offset = ? WHERE id = ?")
                .execute(arguments: [MessageID(rawValue: newStart).offset, log.id])
            Failpoint.logTrimmed.hit()
            return kept == nil && !isWhole
        }
    }

    /// Leaves the last message of each key in compact logs, and no old tombstone.
    private func compact(at now: Timestamp) async throws {
        let logs = try await file.read("compaction") { db in
            try LogRow.all(in: db).filter { $0.cleanup == .compact && $0.next > $0.start }
        }
        let before = now - RetentionRule.tombstones
        for log in logs {
            let first = MessageID(log: log.id, offset: log.start).rawValue
            let end = MessageID(log: log.id, offset: log.next).rawValue
            let superseded = try await file.read("compaction") { db in
                guard log.next > log.compactedTo else { return [Int64]() }
                return try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM messages WHERE id >= ?1 AND id < ?2 AND id NOT IN
                            (SELECT max(id) FROM messages WHERE id >= ?1 AND id < ?2 GROUP BY key)
                        """,
                    arguments: [first, end]
                )
            }
            try await delete(superseded)
            let tombstones = try await file.read("compaction") { db in
                try Int64.fetchAll(
                    db,
                    sql: "SELECT id FROM messages WHERE id >= ? AND id < ? AND value IS NULL AND timestamp < ?",
                    arguments: [first, end, before.microseconds]
                )
            }
            try await delete(tombstones)
            if log.next > log.compactedTo {
                try await file.write("compaction") { db in
                    try db.cachedStatement(sql: "UPDATE logs SET compacted_to = ? WHERE id = ?")
                        .execute(arguments: [log.next, log.id])
                }
            }
        }
    }

    private func delete(_ ids: [Int64]) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.chunk) {
            let some = ids[start..<min(start + Self.chunk, ids.count)]
            try await file.write("compaction") { db in
                let statement = try db.cachedStatement(sql: "DELETE FROM messages WHERE id = ?")
                for id in some { try statement.execute(arguments: [id]) }
            }
        }
    }

    /// Shortens the file, some pages at a time, until so many bytes of it are free at most.
    private func giveBack(down kept: Int64) async throws {
        while true {
            let isDone = try await file.write("retention") { db in
                let former = try FileSpace(of: db).reusable
                if former <= kept { return true }
                try db.execute(sql: "PRAGMA incremental_vacuum(256)")
                return try FileSpace(of: db).reusable >= former
            }
            if isDone { break }
        }
        try await file.writeWithoutTransaction("checkpoint") { db in
            // A reader may hold the log's end for a moment: then a later checkpoint shortens it.
            _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    /// Whether no record waits for a group.
    func isLoaded(in db: Database) throws -> Bool {
        let done = try Self.done(in: db)
        return try LogRow.all(in: db).allSatisfy { log in
            !RetentionRule.holdsRecords(log.topic) || log.next == max(log.start, done[log.id] ?? 0)
        }
    }

    /// The lowest offset that the groups of each log have still to do.
    private static func done(in db: Database) throws -> [Int64: Int64] {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: "SELECT log, min(coalesce(next_offset, 0)) FROM group_offsets GROUP BY log"
            )
        )
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }
}
