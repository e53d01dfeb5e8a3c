import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

extension LoaderRun {
    /// Does with a connection's batches what the failure of the first one asks for; nothing of them was loaded.
    func failed(_ batches: [OpenBatch], of key: ConnectionKey, _ error: any Error) async throws {
        guard let first = batches.first, let lane = lanes[key] else { return }
        switch error {
        case let error as DestinationError where error.leftOutStream.map(first.brings) ?? false:
            guard let stream = error.leftOutStream else { return }
            try await leaveOut(stream, error, of: key, first.events.filter { $0.stream == stream })
            add([first.without(stream)], of: key)
            // A reset of the stream may be among what came after: it is taken again.
            if batches.count > 1 || accumulator.holds(key) {
                try await goBack(to: Self.firstOffsets(of: batches.dropFirst()))
            }
        case is CancellationError:
            throw CancellationError()
        case DestinationError.positionMoved where lane.moves < 3:
            try await positionMoved(batches, of: key)
        default:
            try await setAside(key, Self.explained(error), batches.flatMap(\.events))
        }
    }

    private static func firstOffsets(of batches: some Sequence<OpenBatch>) -> [TopicPartition: Int64] {
        batches.reduce(into: [:]) { lowest, batch in lowest.merge(batch.firstOffsets, uniquingKeysWith: min) }
    }

    /// Takes over what a load changed.
    func finished(_ plan: BatchPlan, _ key: ConnectionKey, _ reports: [LoadingReport]) {
        guard var lane = lanes[key], var session = lane.session else { return }
        session.builder.takeOver(plan)
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
        startRelay(key)
    }

    /// Another loader was there, or a commit's answer was lost: the destination says where to go on.
    private func positionMoved(_ batches: [OpenBatch], of key: ConnectionKey) async throws {
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
            try await setAside(key, Self.explained(error), batches.flatMap(\.events))
            return
        }
        // From the batch's start, not the position: other connections' events lie between, and repeats are skipped.
        let targets = Self.firstOffsets(of: batches).map { partition, offset in
            (partition, min(offset, session.builder.filter.positions[partition]?.nextOffset ?? offset))
        }
        try await goBack(to: Dictionary(targets, uniquingKeysWith: min))
    }

    /// Reads partitions again from these offsets, once what is on its way is loaded. All open batches are dropped: they
    /// would hold the same events twice.
    func goBack(to offsets: [TopicPartition: Int64]) async throws {
        try await drain()
        let targets = offsets.merging(accumulator.firstOffsets, uniquingKeysWith: min)
        _ = accumulator.sealAll()
        for key in lanes.keys { lanes[key]?.takeNothing() }
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
