import CLibrdkafka

extension KafkaClient {
    /// Joins the group for these topics, those that do not exist yet too.
    package func subscribe(to topics: [String]) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_subscribe")
        let anyPartition: Int32 = -1
        let names = topics.map { KafkaPartition(topic: $0, partition: anyPartition) }
        let list = PartitionList(names.map { KafkaOffset($0, KafkaOffset.invalid) })
        try KafkaError.check(rd_kafka_subscribe(handle, list.pointer), call: "rd_kafka_subscribe")
    }

    /// The next message or event; nil when none came in time, or when the assignment changed.
    package func consume(milliseconds: Int32) throws(KafkaError) -> KafkaMessage? {
        guard let pointer = rd_kafka_consumer_poll(try open(for: "rd_kafka_consumer_poll"), milliseconds) else {
            // What failed of connections waits in another queue.
            try poll(milliseconds: 0)
            return nil
        }
        return KafkaMessage(taking: pointer)
    }

    /// Changes of the assignment since the last call, in order.
    package func takeRebalances() -> [KafkaRebalance] {
        defer { callbacks.rebalances = [] }
        return callbacks.rebalances
    }

    /// Fetches these partitions from these offsets, and no others.
    package func assign(_ offsets: [KafkaOffset]) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_assign")
        let list = PartitionList(offsets)
        try KafkaError.check(rd_kafka_assign(handle, list.pointer), call: "rd_kafka_assign")
    }

    /// Gives everything back that the group has asked for; fetching stops.
    package func unassign() throws(KafkaError) {
        try KafkaError.check(rd_kafka_assign(try open(for: "rd_kafka_assign"), nil), call: "rd_kafka_assign")
    }

    /// The group's committed offsets; ``KafkaOffset/invalid`` where there is none.
    package func committed(
        _ partitions: [KafkaPartition],
        milliseconds: Int32
    ) throws(KafkaError) -> [KafkaOffset] {
        guard !partitions.isEmpty else { return [] }
        let handle = try open(for: "rd_kafka_committed")
        let list = PartitionList(partitions.map { KafkaOffset($0, KafkaOffset.invalid) })
        try KafkaError.check(rd_kafka_committed(handle, list.pointer, milliseconds), call: "rd_kafka_committed")
        return try Self.checked(list.entries, call: "rd_kafka_committed")
    }

    /// The offsets of the partitions' start or end, asked in one request per broker.
    ///
    /// The end is the last stable offset for a `read_committed` client, else the high watermark.
    /// - Parameter edge: ``KafkaOffset/beginning`` or ``KafkaOffset/end``.
    package func offsets(
        at edge: Int64,
        of partitions: [KafkaPartition],
        milliseconds: Int32
    ) throws(KafkaError) -> [KafkaPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        let handle = try open(for: "rd_kafka_offsets_for_times")
        let list = PartitionList(partitions.map { KafkaOffset($0, edge) })
        try KafkaError.check(
            rd_kafka_offsets_for_times(handle, list.pointer, milliseconds),
            call: "rd_kafka_offsets_for_times"
        )
        let entries = try Self.checked(list.entries, call: "rd_kafka_offsets_for_times")
        return Dictionary(entries.map { ($0.partition, $0.offset) }) { first, _ in first }
    }

    /// Stores the group's offsets; they are stored when this returns.
    package func commit(_ offsets: [KafkaOffset]) throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let handle = try open(for: "rd_kafka_commit")
        let list = PartitionList(offsets)
        try KafkaError.check(rd_kafka_commit(handle, list.pointer, 0), call: "rd_kafka_commit")
    }

    /// Fetches assigned partitions from these offsets on; what was fetched before is dropped.
    package func seek(_ offsets: [KafkaOffset], milliseconds: Int32) throws(KafkaError) {
        let handle = try open(for: "rd_kafka_seek_partitions")
        let list = PartitionList(offsets)
        try KafkaError.check(
            rd_kafka_seek_partitions(handle, list.pointer, milliseconds),
            call: "rd_kafka_seek_partitions"
        )
        _ = try Self.checked(list.entries, call: "rd_kafka_seek_partitions")
    }

    private static func checked(_ entries: [KafkaOffset], call: String) throws(KafkaError) -> [KafkaOffset] {
        for entry in entries where entry.code != .none { throw KafkaError(entry.code, call: call) }
        return entries
    }
}
