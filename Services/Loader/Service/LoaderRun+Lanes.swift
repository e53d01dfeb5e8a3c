import Catalog
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

extension LoaderRun {
    /// Opens a connection's schema and publishes what waits in it; sets it aside where that fails.
    func open(_ definition: ConnectionDefinition) async throws {
        let key = definition.key
        do {
            let destination = try service.destination(definition)
            let owner = SchemaOwner(connection: key, source: definition.source)
            let schema = try await destination.open(definition.schema, owner: owner)
            do {
                let builder = BatchBuilder(
                    catalogue: catalogue(of: definition.source),
                    catalog: try await schema.catalog(),
                    filter: PositionFilter(try await schema.positions())
                )
                let state = Lane.State.open(.init(schema: schema, builder: builder))
                lanes[key, default: Lane(definition: definition, state: state)].state = state
                try await warnOfPositionsBeyondTheEnd(key)
                try await relay(key)
                try await readAgainWhatIsLost(key)
            } catch {
                await schema.close()
                throw error
            }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            if lanes[key] == nil {
                lanes[key] = Lane(
                    definition: definition,
                    state: .setAside(error: Self.explained(error), since: now, retryAt: now)
                )
            }
            try await setAside(key, Self.explained(error), [])
        }
    }

    private func catalogue(of source: Source) -> [StreamName: StreamSchema] {
        let schemas = service.streams.filter { $0.source == source }.map { ($0.name, $0.schema) }
        return Dictionary(schemas, uniquingKeysWith: { first, _ in first })
    }

    /// Drops a connection's events from here on, until its destination answers again.
    func setAside(_ key: ConnectionKey, _ error: any ExplainedError, _ events: [BatchEvent]) async throws {
        guard var lane = lanes[key] else { return }
        let schema = lane.session?.schema
        let wait = lane.backoff.failed()
        var since = now
        if case .setAside(_, let earlier, _) = lane.state { since = earlier }
        lane.state = .setAside(error: error, since: since, retryAt: now + wait)
        lanes[key] = lane
        await schema?.close()
        if !events.isEmpty { MetricNames.batches.add(1, "failed") }
        // What came after them may not be loaded before them.
        if let open = accumulator.remove(key) { pin(open) }
        for event in events { tracker.pin(key, event.topicPartition, at: event.offset) }
        service.logger.error(
            "destination failed, connection set aside",
            metadata: [
                LogKeys.connection: "\(key)", LogKeys.schema: "\(lane.definition.schema)",
                LogKeys.error: "\(error.message)",
            ]
        )
        service.observer(.setAside(key, message: error.message))
        try await reportFailure(of: key, events)
    }

    /// Reports a failed load straight to its topic, at the first failure and then at most once a minute.
    func reportFailure(of key: ConnectionKey, _ events: [BatchEvent]) async throws {
        guard !events.isEmpty, var lane = lanes[key], let error = lane.error else { return }
        if let last = lane.lastFailureReport, now - last < .seconds(60) { return }
        lane.lastFailureReport = now
        lanes[key] = lane
        try await report(error, of: lane.definition, events)
    }

    /// Reports that events are not loaded, by table.
    func report(
        _ error: any ExplainedError,
        of definition: ConnectionDefinition,
        _ events: [BatchEvent]
    ) async throws {
        var accounts: [StreamName: TableAccount] = [:]
        for event in events {
            let range = LoadingReport.BatchRange(
                topic: event.topic,
                partition: event.partition,
                firstOffset: event.offset,
                lastOffset: event.offset
            )
            accounts[event.stream, default: TableAccount(stream: event.stream, batch: range)].count(event)
        }
        let reports = accounts.values.sorted { $0.table < $1.table }.map {
            $0.failure(error.message, of: definition, startedAt: now, at: now)
        }
        try await publish(reports: reports, of: definition.key)
    }

    private func publish(reports: [LoadingReport], of key: ConnectionKey) async throws {
        let partition = Partitioner.partition(of: key.tenant, partitions: service.transport.partitions)
        let messages = try reports.map { report in
            let message = try report.outboxMessage(in: service.namespace)
            return Message(
                topic: message.topic,
                partition: partition,
                key: message.key,
                value: Array(message.body.utf8)[...]
            )
        }
        do {
            try await producer?.publish(messages)
        } catch let error as MessagingError {
            // The failure is in the log; a report of it is not worth stopping the others for.
            service.logger.warning(
                "failure could not be reported",
                metadata: [
                    LogKeys.connection: "\(key)", LogKeys.error: "\(error.message)",
                ]
            )
        }
    }

    /// Tries the destinations whose wait is over; where one answers, its dropped events are read again.
    func reviveDue() async throws {
        let due = lanes.filter { _, lane in
            if case .setAside(_, _, let retryAt) = lane.state { retryAt <= now } else { false }
        }
        for (key, lane) in due.sorted(by: { $0.key < $1.key }) {
            try await open(lane.definition)
            guard lanes[key]?.session != nil else { continue }
            service.logger.info("destination answers again", metadata: [LogKeys.connection: "\(key)"])
            service.observer(.resumed(key))
            // What the others have in hand is loaded first, so that going back drops nothing.
            try await loadAll()
            try await goBack(to: tracker.unpin(key))
        }
    }

    func closeLane(_ key: ConnectionKey) async {
        await lanes.removeValue(forKey: key)?.session?.schema.close()
        _ = tracker.unpin(key)
    }

    /// Opens a connection anew after its definition changed; closes it where it was deleted.
    func reopen(_ key: ConnectionKey) async throws {
        let pins = tracker.unpin(key)
        await closeLane(key)
        guard let definition = registry[key], definition.deletedAt == nil else { return }
        try await open(definition)
        if lanes[key]?.session == nil {
            for (partition, offset) in pins { tracker.pin(key, partition, at: offset) }
        } else if !pins.isEmpty {
            try await goBack(to: pins)
        }
    }

    /// Says where the destination has loaded more than the log holds: the log is another one, or lost its end.
    private func warnOfPositionsBeyondTheEnd(_ key: ConnectionKey) async throws {
        guard let consumer, let positions = lanes[key]?.session?.builder.filter.positions else { return }
        let assigned = positions.filter { tracker.isAssigned($0.key) }
        let watermarks = try await consumer.watermarks(of: Array(assigned.keys))
        for (partition, position) in assigned {
            guard let end = watermarks[partition]?.upperBound, position.nextOffset > end else { continue }
            service.logger.warning(
                "the log ends before what was loaded from it: it is another log",
                metadata: [
                    LogKeys.connection: "\(key)", LogKeys.topic: "\(partition.topic)",
                    LogKeys.partition: "\(partition.partition)", LogKeys.offset: "\(position.nextOffset)",
                ]
            )
        }
    }

    /// Reports offsets that the log lost before they were loaded, for every connection that has a position there.
    func reportGaps(of assignment: Assignment) async throws {
        for (partition, start) in assignment.starts.sorted(by: { $0.key < $1.key }) {
            guard let gap = start.gap, let (_, stream) = service.namespace.stream(ofRecordTopic: partition.topic) else {
                continue
            }
            MetricNames.gaps.add(1)
            for lane in lanes.values where lane.session?.builder.filter.positions[partition] != nil {
                try await report(gap, in: partition, stream, of: lane.definition)
            }
        }
    }

    func report(
        _ gap: Range<Int64>,
        in partition: TopicPartition,
        _ stream: StreamName,
        of definition: ConnectionDefinition
    ) async throws {
        let key = definition.key
        let range = LoadingReport.BatchRange(
            topic: partition.topic,
            partition: partition.partition,
            firstOffset: gap.lowerBound,
            lastOffset: gap.upperBound - 1
        )
        let error = """
            \(partition) lost offsets \(gap.lowerBound) to \(gap.upperBound - 1) before they were loaded; read the \
            stream again: deskpipe reset --tenant \(key.tenant) --connection \(key.connection) --stream \(stream)
            """
        service.logger.error(
            "the log lost records before they were loaded",
            metadata: [
                LogKeys.connection: "\(key)", LogKeys.topic: "\(partition.topic)",
                LogKeys.partition: "\(partition.partition)", LogKeys.offset: "\(gap.lowerBound)",
            ]
        )
        let account = TableAccount(stream: stream, batch: range)
        let report = account.failure(error, of: definition, startedAt: now, at: now)
        try await publish(reports: [report], of: key)
    }
}
