import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization

extension LoaderRun {
    /// Loads a batch; a failure sets its connection aside or sends its partitions back, and never throws but for
    /// cancellation.
    func load(_ batch: OpenBatch) async throws {
        let key = batch.connection
        guard !batch.events.isEmpty else { return }
        guard let lane = lanes[key], let session = lane.session else {
            // Set aside since the batch was opened.
            for (partition, offset) in batch.firstOffsets { tracker.pin(key, partition, at: offset) }
            return
        }
        do {
            try await load(batch, of: lane.definition, session)
        } catch let error as DestinationError where error.leftOutStream.map(batch.brings) ?? false {
            guard let stream = error.leftOutStream else { return }
            try await leaveOut(stream, error, of: key, batch.events.filter { $0.stream == stream })
            try await load(batch.without(stream))
        } catch is CancellationError {
            throw CancellationError()
        } catch DestinationError.positionMoved where lane.moves < 3 {
            try await positionMoved(batch)
        } catch {
            try await setAside(key, Self.explained(error), batch.events)
        }
    }

    private func load(_ batch: OpenBatch, of definition: ConnectionDefinition, _ session: Lane.Session) async throws {
        let startedAt = now
        var session = session
        // What became of the tables of streams that are read anew is not known by now.
        if !session.builder.resets(in: batch.events).isEmpty {
            session.builder.catalog = try await session.schema.catalog()
        }
        let reports = Mutex<[LoadingReport]>([])
        let (clock, namespace) = (service.clock, service.namespace)
        let load = RefusingLoad(builder: session.builder, events: batch.events, schema: session.schema, at: startedAt)
        let (plan, _) = try await load.run { plan, outcome in
            let conclusion = try plan.conclusion(
                outcome,
                of: definition,
                namespace: namespace,
                startedAt: startedAt,
                completedAt: clock.now()
            )
            reports.withLock { $0 = conclusion.reports }
            return conclusion
        }
        finished(plan, batch.connection, reports.withLock(\.self))
        try await relay(batch.connection)
    }

    /// Takes over what a load changed.
    private func finished(_ plan: BatchPlan, _ key: ConnectionKey, _ reports: [LoadingReport]) {
        guard var lane = lanes[key], var session = lane.session else { return }
        session.builder.catalog = plan.catalog
        session.builder.declarations = plan.declarations
        session.builder.forgetResetsCarriedOut()
        for change in plan.load.positions { session.builder.filter.loaded(change.new) }
        lane.state = .open(session)
        lane.backoff.succeeded()
        lane.moves = 0
        lane.lastFailureReport = nil
        lanes[key] = lane
        for report in reports { summary.add(report) }
        record(reports, in: session.schema.system)
        service.logger.debug(
            "batch loaded",
            metadata: [
                LogKeys.connection: "\(key)", LogKeys.events: "\(reports.reduce(0) { $0 + $1.events })",
                LogKeys.rows: "\(reports.reduce(0) { $0 + $1.rowsLoaded })",
            ]
        )
        service.observer(.loaded(key, reports))
    }

    /// Publishes the messages that wait in a schema. A transport that fails leaves them for the next batch.
    func relay(_ key: ConnectionKey) async throws {
        guard let session = lanes[key]?.session else { return }
        let partition = Partitioner.partition(of: key.tenant, partitions: service.transport.partitions)
        while true {
            let unsent = try await session.schema.unsentMessages(atMost: 100)
            if unsent.isEmpty { return }
            let messages = unsent.map { message in
                Message(
                    topic: message.topic,
                    partition: partition,
                    key: message.key,
                    value: Array(message.body.utf8)[...]
                )
            }
            do {
                try await producer?.publish(messages)
            } catch let error as MessagingError {
                service.logger.warning(
                    "reports wait to be published",
                    metadata: [
                        LogKeys.connection: "\(key)", LogKeys.error: "\(error.message)",
                    ]
                )
                return
            }
            try await session.schema.removeSent(unsent.map(\.id))
        }
    }

    /// Another loader was there, or a commit's answer was lost: the destination says where to go on.
    private func positionMoved(_ batch: OpenBatch) async throws {
        let key = batch.connection
        guard var lane = lanes[key], var session = lane.session else { return }
        service.logger.info("position moved, reading again", metadata: [LogKeys.connection: "\(key)"])
        do {
            session.builder.catalog = try await session.schema.catalog()
            for (stream, found) in session.builder.catalog.declarations
            where found.sequence > session.builder.declarations[stream]?.sequence ?? 0 {
                session.builder.declarations[stream] = found
            }
            // Another loader may have carried out a reset with the schema that was known.
            for (stream, declared) in session.builder.declarations {
                let found = session.builder.catalog.declarations[stream]
                session.builder.declarations[stream] = declared.marked(found?.reset)
            }
            session.builder.forgetResetsCarriedOut()
            session.builder.filter = PositionFilter(try await session.schema.positions())
            lane.moves += 1
            lane.state = .open(session)
            lanes[key] = lane
            // Whoever loaded it may not have published its reports.
            try await relay(key)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            try await setAside(key, Self.explained(error), batch.events)
            return
        }
        // From the batch's start, not the position: other connections' events lie between, and repeats are skipped.
        let targets = batch.firstOffsets.map { partition, offset in
            (partition, min(offset, session.builder.filter.positions[partition]?.nextOffset ?? offset))
        }
        try await goBack(to: Dictionary(targets, uniquingKeysWith: min))
    }

    /// Reads partitions again from these offsets. All open batches are dropped: they would hold the same events twice.
    func goBack(to offsets: [TopicPartition: Int64]) async throws {
        let targets = offsets.merging(accumulator.firstOffsets, uniquingKeysWith: min)
        _ = accumulator.sealAll()
        for (partition, offset) in targets {
            // Never forward: another connection may have sent the partition further back just now.
            guard let next = tracker.next[partition], offset < next else { continue }
            try await consumer?.seek(partition, to: offset)
            tracker.sought(partition, to: offset)
            soughtNow.insert(partition)
        }
    }

    /// The error as people are told of it. What is not explained may quote a record, so only its type is told.
    static func explained(_ error: any Error) -> any ExplainedError {
        error as? any ExplainedError ?? LoaderError.unexpected("\(type(of: error))")
    }
}
