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
            passOver(Array(batches.dropFirst()), of: key)
            lookForReset(of: stream, key)
        case is CancellationError:
            throw CancellationError()
        case DestinationError.positionMoved where lane.moves < 3:
            positionMoved(batches, of: key)
        default:
            try await setAside(key, Self.explained(error), batches.flatMap(\.events))
        }
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
    private func positionMoved(_ batches: [OpenBatch], of key: ConnectionKey) {
        guard let lane = lanes[key] else { return }
        service.logger.info("position moved, reading again", metadata: [LogKeys.connection: "\(key)"])
        passOver(batches, of: key)
        lanes[key]?.moves += 1
        open(lane.definition, lane.session)
    }

    /// The error as people are told of it. What is not explained may quote a record, so only its type is told.
    static func explained(_ error: any Error) -> any ExplainedError {
        error as? any ExplainedError ?? LoaderError.unexpected("\(type(of: error))")
    }
}
