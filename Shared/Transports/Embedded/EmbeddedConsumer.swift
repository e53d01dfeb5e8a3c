import GRDB
import Messaging
import Synchronization

/// A member of a group over all partitions of its topics.
final class EmbeddedConsumer: MessageConsumer {
    private struct State {
        /// The offset of each held partition's next delivery.
        var positions: [TopicPartition: Int64] = [:]
        /// Rises when a position is set from outside a reception.
        var seeks = 0
        /// Where the next reception begins, so that no partition waits for ever behind a full one.
        var turn = 0
        var isReleased = false
    }

    private let log: EmbeddedLog
    private let group: String
    private let topics: [String]
    private let member: Int
    private let state = Mutex(State())

    init(log: EmbeddedLog, group: String, topics: [String]) {
        self.log = log
        self.group = group
        self.topics = topics
        member = log.members.join(group)
        // An older member of the group learns at once that it has nothing more.
        log.arrivals.announce()
    }

    /// Makes the group known to the logs that exist, so that retention waits for it from now on.
    func register() async throws {
        _ = try await join(try await logs())
    }

    func receive(atMost count: Int, bytes: Int, within timeout: Duration) async throws -> Reception {
        let deadline = ContinuousClock.now + timeout
        while true {
            let version = log.arrivals.version
            if let reception = try await poll(atMost: max(1, count), bytes: bytes) { return reception }
            let rest = deadline - .now
            guard rest > .zero else { return Reception() }
            try await log.arrivals.wait(beyond: version, within: rest)
        }
    }

    func commit(_ offsets: [TopicPartition: Int64]) async throws {
        // One that a newer member replaced commits nothing: what it did is delivered again.
        guard log.members.isNewest(member, of: group) else { return }
        let held = state.withLock { $0.positions }
        for partition in offsets.keys where held[partition] == nil {
            throw MessagingError.refused(call: "commit", reason: "\(partition) is not assigned to this consumer")
        }
        try await log.file.write("commit") { [group] db in
            // An offset beyond the end would hide what is published later.
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO group_offsets (group_name, log, next_offset)
                    SELECT ?, logs.id, min(?, logs.next_offset) FROM topics JOIN logs ON logs.topic = topics.id
                    WHERE name = ? AND partition = ?
                    ON CONFLICT (group_name, log) DO UPDATE SET next_offset = excluded.next_offset
                    """
            )
            for (partition, offset) in offsets {
                try statement.execute(arguments: [group, offset, partition.topic, partition.partition])
            }
        }
    }

    func seek(_ partition: TopicPartition, to offset: Int64) async throws {
        try state.withLock { state in
            guard state.positions[partition] != nil else {
                throw MessagingError.refused(call: "seek", reason: "\(partition) is not assigned to this consumer")
            }
            state.positions[partition] = max(0, offset)
            state.seeks += 1
        }
        log.arrivals.announce()
    }

    func watermarks(of partitions: [TopicPartition]) async throws -> [TopicPartition: Range<Int64>] {
        try await log.file.read("watermarks") { db in
            var watermarks: [TopicPartition: Range<Int64>] = [:]
            for partition in partitions {
                guard let row = try LogRow.one(partition, in: db) else { continue }
                watermarks[partition] = min(row.start, row.next)..<row.next
            }
            return watermarks
        }
    }

    func close() async {
        log.members.leave(group, member)
        state.withLock { $0.positions = [:] }
    }

    /// What there is to receive now; nil for nothing.
    private func poll(atMost count: Int, bytes: Int) async throws -> Reception? {
        guard log.members.isNewest(member, of: group) else { return release() }
        let state = state.withLock { $0 }
        let (logs, deliveries) = try await log.file.read("receive") { [topics] db -> ([LogRow], [Delivery]) in
            let logs = try topics.flatMap { try LogRow.all(of: $0, in: db) }
            if logs.contains(where: { state.positions[$0.topicPartition] == nil }) { return (logs, []) }
            return (logs, try Self.fetch(logs, state, atMost: count, bytes: bytes, in: db))
        }
        if logs.contains(where: { state.positions[$0.topicPartition] == nil }) { return try await assign(logs) }
        return advance(over: deliveries, of: logs, since: state)
    }

    /// Messages of the held partitions, beginning with another one each time.
    private static func fetch(
        _ logs: [LogRow],
        _ state: State,
        atMost count: Int,
        bytes: Int,
        in db: Database
    ) throws -> [Delivery] {
        var deliveries: [Delivery] = []
        var sum = 0
        for index in logs.indices {
            let log = logs[(index + state.turn) % logs.count]
            guard let position = state.positions[log.topicPartition], position < log.next else { continue }
            let rest = count - deliveries.count
            guard rest > 0, deliveries.isEmpty || sum < bytes else { break }
            let fetched = try MessageRows.fetch(log, position..<log.next, atMost: rest, bytes: bytes - sum, in: db)
            let size = fetched.reduce(0) { $0 + ($1.value?.count ?? 0) }
            // A larger one comes alone, in its turn.
            if !deliveries.isEmpty && sum + size > bytes { break }
            deliveries += fetched
            sum += size
        }
        return deliveries
    }

    /// Moves the positions behind the deliveries; nil where there are none, or where a seek has made them void.
    private func advance(over deliveries: [Delivery], of logs: [LogRow], since former: State) -> Reception? {
        state.withLock { state in
            guard state.seeks == former.seeks, !deliveries.isEmpty else { return nil }
            for (place, delivery) in deliveries.enumerated() {
                // Only the last delivery of a partition says where it stands.
                let next = place + 1 < deliveries.count ? deliveries[place + 1].topicPartition : nil
                if next != delivery.topicPartition { state.positions[delivery.topicPartition] = delivery.offset + 1 }
            }
            state.turn = (state.turn + 1) % max(1, logs.count)
            return Reception(deliveries: deliveries)
        }
    }

    /// Takes partitions that it does not hold yet beside those that it holds.
    private func assign(_ logs: [LogRow]) async throws -> Reception {
        let committed = try await join(logs)
        return state.withLock { state in
            var starts: [TopicPartition: Assignment.Start] = [:]
            for log in logs {
                let start =
                    state.positions[log.topicPartition].map { Assignment.Start(offset: $0) }
                    ?? Assignment.Start(of: log, committed: committed[log.id])
                starts[log.topicPartition] = start
            }
            state.positions = starts.mapValues(\.offset)
            return Reception(assignment: Assignment(number: GroupMembers.nextAssignment(), starts: starts))
        }
    }

    /// Gives everything up, once, because a newer member has it.
    private func release() -> Reception? {
        state.withLock { state in
            guard !state.isReleased else { return nil }
            state.isReleased = true
            state.positions = [:]
            return Reception(assignment: Assignment(number: GroupMembers.nextAssignment(), starts: [:]))
        }
    }

    private func logs() async throws -> [LogRow] {
        try await log.file.read("receive") { [topics] db in try topics.flatMap { try LogRow.all(of: $0, in: db) } }
    }

    /// Enters the group's name at the logs.
    /// - Returns: what the group has committed, by log.
    private func join(_ logs: [LogRow]) async throws -> [Int64: Int64] {
        try await log.file.write("join") { [group] db in
            let enter = try db.cachedStatement(
                sql: "INSERT INTO group_offsets (group_name, log) VALUES (?, ?) ON CONFLICT DO NOTHING"
            )
            for log in logs { try enter.execute(arguments: [group, log.id]) }
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT log, next_offset FROM group_offsets WHERE group_name = ? AND next_offset IS NOT NULL",
                arguments: [group]
            )
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }
}

extension Assignment.Start {
    /// The group's commit, as far as the log has it.
    init(of log: LogRow, committed: Int64?) {
        switch committed {
        case .some(let offset) where offset < log.start:
            self.init(offset: log.start, gap: offset..<log.start)
        case .some(let offset) where offset <= log.next:
            self.init(offset: offset)
        default:
            // No commit, or one of another log: from the start of this one.
            self.init(offset: log.start)
        }
    }
}
