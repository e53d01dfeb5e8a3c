import Catalog
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

extension LoaderRun {
    /// Passes over a connection's events from here on, until its destination answers again.
    func setAside(_ key: ConnectionKey, _ error: any ExplainedError, _ events: [BatchEvent]) async throws {
        guard var lane = lanes[key] else { return }
        let schema = lane.session?.schema
        let wait = lane.backoff.failed()
        var since = now
        if case .setAside(_, let earlier, _) = lane.state { since = earlier }
        lane.state = .setAside(error: error, since: since, retryAt: now + wait)
        lane.pause = nil
        lanes[key] = lane
        leaveCatchUps(key)
        await schema?.close()
        if !events.isEmpty { MetricNames.batches.add(1, "failed") }
        // What came after them may not be loaded before them.
        passOver(of: key)
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

    /// As ``reportFailure(of:_:)``, of what was passed over while a destination was tried.
    func reportPassedOver(of key: ConnectionKey) async throws {
        guard var lane = lanes[key], let error = lane.error, let pins = tracker.passedOver[key], !pins.isEmpty else {
            return
        }
        if let last = lane.lastFailureReport, now - last < .seconds(60) { return }
        lane.lastFailureReport = now
        lanes[key] = lane
        let reports = pins.sorted { $0.key < $1.key }.compactMap { partition, offset -> LoadingReport? in
            guard let stream = stream(of: partition) else { return nil }
            let range = LoadingReport.BatchRange(
                topic: partition.topic,
                partition: partition.partition,
                firstOffset: offset,
                lastOffset: max(offset, (tracker.next[partition] ?? offset) - 1)
            )
            let account = TableAccount(stream: stream, batch: range)
            return account.failure(error.message, of: lane.definition, startedAt: now, at: now)
        }
        try await publish(reports: reports, of: key)
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
        let partition = service.partition(of: key.tenant)
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

    /// Tries the destinations whose wait is over; where one answers, what was passed over is read again.
    func reviveDue() {
        for (_, lane) in lanes.sorted(by: { $0.key < $1.key }) {
            if case .setAside(_, _, let retryAt) = lane.state, retryAt <= now { open(lane.definition) }
        }
    }

    /// Ends a connection; what it lacks is read again where it is opened anew.
    func closeLane(_ key: ConnectionKey) async {
        leaveCatchUps(key)
        await lanes.removeValue(forKey: key)?.session?.schema.close()
    }

    /// Takes nothing more of a connection whose definition changed, until what is on its way has come to an end.
    func pauseChanged() {
        for (key, lane) in lanes where registry[key] != lane.definition {
            passOver(of: key)
            lanes[key]?.pause = .changed
        }
    }

    /// Takes nothing more of the connection that all others wait for, until what is on its way has come to an end.
    func pauseSlowest() {
        guard lanes.count > 1 else { return }
        let slowest = sealed.filter { $0.value.first?.isAtWork == true }
            .min { ($0.value.first?.number ?? 0) < ($1.value.first?.number ?? 0) }
        guard let key = slowest?.key, let batches = sealed[key] else { return }
        let waiting = batches.filter(\.isWaiting)
        sealed[key] = batches.filter { !$0.isWaiting }
        lanes[key]?.pause = .slow
        passOver(waiting.map(\.batch), of: key)
        service.logger.warning(
            "a destination is slow, the others go on without it",
            metadata: [LogKeys.connection: "\(key)"]
        )
    }

    /// Goes on with connections of which nothing is on its way any more: with their changed definition, if they have one.
    func endPauses() async throws {
        for (key, lane) in lanes.sorted(by: { $0.key < $1.key }) {
            guard let pause = lane.pause, sealed[key] == nil, !relaying.contains(key) else { continue }
            lanes[key]?.pause = nil
            guard case .changed = pause else { continue }
            await closeLane(key)
            if let definition = registry[key], definition.deletedAt == nil {
                open(definition)
            } else {
                tracker.unpin(key)
            }
        }
    }

    /// Says where the destination has loaded more than the log holds: the log is another one, or lost its end.
    func warnOfPositionsBeyondTheEnd(_ key: ConnectionKey) async throws {
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
            guard let gap = start.gap, let stream = stream(of: partition) else {
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
        var report = account.failure(error, of: definition, startedAt: now, at: now)
        report.isGap = true
        try await publish(reports: [report], of: key)
    }
}
