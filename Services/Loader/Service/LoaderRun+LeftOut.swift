import Logging
import Messaging
import Model

/// Tables that another hand changed: their streams are left out, and stay in the log, while the others load.
extension LoaderRun {
    /// How soon it is seen that such a table is as it was.
    private static let patience = Duration.seconds(60)

    /// Takes a stream's events out of what is loaded from here on.
    func leaveOut(
        _ stream: StreamName,
        _ error: DestinationError,
        of key: ConnectionKey,
        _ events: [BatchEvent]
    ) async throws {
        guard var lane = lanes[key], var session = lane.session else { return }
        let error = ConnectionFailure(error, of: key)
        let builder = session.builder
        session.leftOut[stream] = Lane.LeftOut(
            error: error,
            retryAt: now + Self.patience,
            reset: builder.resets(in: events)[stream] ?? builder.declarations[stream]?.reset ?? 0
        )
        lane.state = .open(session)
        lanes[key] = lane
        service.logger.error(
            "a table was changed by another hand, its stream is left out",
            metadata: [
                LogKeys.connection: "\(key)", LogKeys.table: "\(stream)", LogKeys.error: "\(error.message)",
            ]
        )
        try await pass(over: events, of: key, error)
    }

    /// Keeps events in the log for later, and reports why at most once a minute.
    func pass(over events: [BatchEvent], of key: ConnectionKey, _ error: any ExplainedError) async throws {
        for event in events { tracker.pin(key, event.topicPartition, at: event.offset) }
        guard let lane = lanes[key], let stream = events.first?.stream else { return }
        if let last = lane.session?.leftOut[stream]?.reportedAt, now - last < .seconds(60) { return }
        if var session = lane.session {
            session.leftOut[stream]?.reportedAt = now
            lanes[key]?.state = .open(session)
        }
        try await report(error, of: lane.definition, events)
    }

    /// True when it is time to try a stream again that was left out.
    var hasLeftOutDue: Bool {
        lanes.values.contains { $0.session?.leftOut.values.contains { $0.retryAt <= now } ?? false }
    }

    /// Tries again the streams that were left out long enough: what was passed over is read again.
    func retryLeftOut() async throws {
        for (key, lane) in lanes.sorted(by: { $0.key < $1.key }) {
            guard let session = lane.session, session.leftOut.values.contains(where: { $0.retryAt <= now }) else {
                continue
            }
            try await drain(key)
            // What was loaded just now may have left out a stream more, or set the connection aside.
            guard var session = lanes[key]?.session else { continue }
            do {
                session.builder.catalog = try await session.schema.catalog()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                try await setAside(key, Self.explained(error), [])
                continue
            }
            session.leftOut = [:]
            lanes[key]?.state = .open(session)
            leaveCatchUps(key)
        }
    }

    /// Takes an event of a stream that is left out: it stays in the log, unless it tells of a reset.
    ///
    /// Then the stream is loaded again from where it was left out, its tables put right with its first events.
    /// - Returns: true when the event is to be loaded now: nothing was passed over before it.
    func takeLeftOut(_ event: BatchEvent, of key: ConnectionKey, _ left: Lane.LeftOut) async throws -> Bool {
        guard isReadAnew(event, of: key, left) else {
            try await pass(over: [event], of: key, left.error)
            return false
        }
        guard let first = tracker.pin(key, event.topicPartition), first < event.offset else {
            tracker.unpin(key, event.topicPartition)
            return true
        }
        return false
    }

    /// Ends the leaving out of a stream where an event tells of a reset.
    func isReadAnew(_ event: BatchEvent, of key: ConnectionKey, _ left: Lane.LeftOut) -> Bool {
        guard let reset = event.reset, reset > left.reset, var session = lanes[key]?.session,
            session.builder.isNew(reset, of: event.stream)
        else { return false }
        session.leftOut[event.stream] = nil
        session.builder.resetsAhead[event.stream] = reset
        lanes[key]?.state = .open(session)
        // What was passed over before the reset comes first.
        leaveCatchUps(key)
        service.logger.info(
            "a stream that was left out is read anew",
            metadata: [LogKeys.connection: "\(key)", LogKeys.table: "\(event.stream)"]
        )
        return true
    }

    /// Has what was passed over of a stream looked through: a reset of it may be there.
    func lookForReset(of stream: StreamName, _ key: ConnectionKey) {
        guard var session = lanes[key]?.session else { return }
        let pins = tracker.passedOver[key]?.filter { self.stream(of: $0.key) == stream }
        session.leftOut[stream]?.lookedTo = pins?.values.min()
        lanes[key]?.state = .open(session)
    }

    /// By connection and table, why streams are left out.
    var leftOut: [LoaderSummary.Key: any ExplainedError] {
        var errors: [LoaderSummary.Key: any ExplainedError] = [:]
        for (key, lane) in lanes {
            for (stream, left) in lane.session?.leftOut ?? [:] {
                errors[LoaderSummary.Key(connection: key, table: stream.rawValue)] = left.error
            }
        }
        return errors
    }
}
