import Logging
import Messaging
import Model

/// Connections that were passed over are given what they lack by a reader of the partition, while the consumer goes on for
/// all the others. Where the reader comes to where the consumer stands, the consumer's deliveries are taken again.
extension LoaderRun {
    /// Partitions that are read again at a time.
    private static let readers = 2
    /// Most deliveries of one read.
    private static let readSize = 500
    /// So few offsets behind, a reader catches up while the consumer waits, but not for long.
    private static let shortDistance: Int64 = 2000
    private static let shortWait = Duration.seconds(5)

    /// Keeps batches, and what is open of the connection, in the log: they are read again later.
    func passOver(_ batches: [OpenBatch] = [], of key: ConnectionKey) {
        for batch in batches + [accumulator.remove(key)].compactMap(\.self) {
            for (partition, offset) in batch.firstOffsets { tracker.pin(key, partition, at: offset) }
        }
        leaveCatchUps(key)
        lanes[key]?.takeNothing()
        for batch in sealed[key] ?? [] { lanes[key]?.take(batch.batch) }
    }

    /// True while something that was passed over can be read again.
    var hasPassedOver: Bool { !catchUps.isEmpty || !lacking.isEmpty }

    /// True while a connection's schema is being opened, or events that it was not ready for are read again.
    var lacksEvents: Bool {
        hasPassedOver || lanes.values.contains { $0.opening != nil || $0.pause != nil }
    }

    /// True while a reader is so near to where the consumer stands that this waits for it.
    var isAlmostCaughtUp: Bool {
        catchUps.contains { partition, catchUp in
            guard catchUp.retryAt == nil, let next = tracker.next[partition] else { return false }
            return next - catchUp.next <= Self.shortDistance && .now - catchUp.startedAt < Self.shortWait
        }
    }

    /// Takes what readers have read, and starts those that are needed.
    func catchUp() async throws {
        for partition in catchUps.keys.sorted() { try await takeRead(of: partition) }
        guard catchUps.count < Self.readers else { return }
        for (partition, lacking) in lacking.sorted(by: { $0.key < $1.key }) where catchUps[partition] == nil {
            guard catchUps.count < Self.readers else { return }
            try await startReading(partition, for: lacking)
        }
    }

    /// A connection takes nothing more of what is read again; what it lacks is read once more.
    func leaveCatchUps(_ key: ConnectionKey) {
        for (partition, catchUp) in catchUps where catchUp.connections.contains(key) {
            catchUps[partition]?.connections.remove(key)
            if catchUps[partition]?.connections.isEmpty == true { endCatchUp(partition) }
        }
    }

    func endCatchUps() {
        for partition in Array(catchUps.keys) { endCatchUp(partition) }
    }

    private func endCatchUp(_ partition: TopicPartition) {
        if let reader = catchUps.removeValue(forKey: partition)?.reader { close(reader) }
    }

    private func close(_ reader: any MessageReader) {
        jobs.start {
            await reader.close()
            return .closed
        }
    }

    /// By partition, the open connections that lack events of it and may have them now, with the first that they lack.
    private var lacking: [TopicPartition: [ConnectionKey: Int64]] {
        var lacking: [TopicPartition: [ConnectionKey: Int64]] = [:]
        for (key, pins) in tracker.passedOver {
            guard let lane = lanes[key], lane.pause == nil, let session = lane.session else { continue }
            for (partition, offset) in pins {
                guard let stream = stream(of: partition) else { continue }
                guard let left = session.leftOut[stream] else {
                    lacking[partition, default: [:]][key] = offset
                    continue
                }
                if let lookedTo = left.lookedTo { lacking[partition, default: [:]][key] = max(offset, lookedTo) }
            }
        }
        return lacking
    }

    func stream(of partition: TopicPartition) -> StreamName? {
        service.namespace.stream(ofRecordTopic: partition.topic)?.1
    }

    private func startReading(_ partition: TopicPartition, for lacking: [ConnectionKey: Int64]) async throws {
        guard let consumer, let end = tracker.next[partition] else { return }
        let behind = lacking.filter { $0.value < end }
        // The consumer comes to it by itself.
        for key in lacking.keys where behind[key] == nil { caughtUp(key, partition) }
        guard let lowest = behind.values.min() else { return }
        let kept = try await consumer.watermarks(of: partition).lowerBound
        for (key, offset) in behind.sorted(by: { $0.key < $1.key }) where offset < kept {
            guard let definition = lanes[key]?.definition, let stream = stream(of: partition) else { continue }
            try await report(offset..<kept, in: partition, stream, of: definition)
            tracker.movePin(key, partition, to: kept)
        }
        lastNumber += 1
        let next = max(lowest, kept)
        catchUps[partition] = CatchUp(number: lastNumber, connections: Set(behind.keys), end: end, next: next)
        read(partition)
    }

    /// Reads on.
    private func read(_ partition: TopicPartition) {
        guard let catchUp = catchUps[partition] else { return }
        let (transport, number, next, known) = (service.transport, catchUp.number, catchUp.next, catchUp.reader)
        jobs.start {
            var reader = known
            do {
                if reader == nil {
                    reader = try await transport.reader(
                        of: partition.topic,
                        partitions: [partition.partition],
                        from: [partition.partition: next]
                    )
                }
                let chunk = try await reader?.next(atMost: Self.readSize)
                return .read(partition, number: number, reader, .success(chunk))
            } catch {
                return .read(partition, number: number, reader, .failure(error))
            }
        }
    }

    func noteRead(
        _ partition: TopicPartition,
        _ number: Int,
        _ reader: (any MessageReader)?,
        _ result: Result<[Delivery]?, any Error>
    ) {
        guard catchUps[partition]?.number == number else {
            // Given up meanwhile.
            if let reader { close(reader) }
            return
        }
        catchUps[partition]?.reader = reader
        catchUps[partition]?.chunk = result
    }

    private func takeRead(of partition: TopicPartition) async throws {
        guard let catchUp = catchUps[partition] else { return }
        if let retryAt = catchUp.retryAt {
            if retryAt <= now { endCatchUp(partition) }
            return
        }
        guard let chunk = catchUp.chunk else { return }
        catchUps[partition]?.chunk = nil
        switch chunk {
        case .success(let deliveries?):
            try await take(deliveries, of: partition)
            // None is left where all have failed.
            guard let catchUp = catchUps[partition] else { return }
            moved(partition, to: catchUp.next)
            if catchUps[partition] != nil { read(partition) }
        case .success(nil):
            // All that there was is taken; the consumer may have gone on meanwhile.
            moved(partition, to: max(catchUp.next, catchUp.end))
            endCatchUp(partition)
        case .failure(let error as CancellationError):
            throw error
        case .failure(let error):
            service.logger.warning(
                "what was passed over cannot be read again yet",
                metadata: [
                    LogKeys.topic: "\(partition.topic)", LogKeys.partition: "\(partition.partition)",
                    LogKeys.error: "\(Self.explained(error).message)",
                ]
            )
            catchUps[partition]?.retryAt = now + Self.refreshInterval
        }
    }

    /// Gives connections what they lack of deliveries that were read again.
    private func take(_ deliveries: [Delivery], of partition: TopicPartition) async throws {
        for delivery in deliveries {
            guard let catchUp = catchUps[partition], delivery.offset < tracker.next[partition] ?? 0 else { return }
            if case .event(let key, let event) = routing.route(delivery, among: registry),
                catchUp.connections.contains(key),
                let first = tracker.pin(key, partition), delivery.offset >= first
            {
                try await takeAgain(event, of: key)
            }
            catchUps[partition]?.next = delivery.offset + 1
        }
    }

    private func move(_ key: ConnectionKey, _ partition: TopicPartition, to offset: Int64) {
        guard let first = tracker.pin(key, partition), let stream = stream(of: partition) else { return }
        guard var session = lanes[key]?.session, let left = session.leftOut[stream] else {
            return tracker.movePin(key, partition, to: max(first, offset))
        }
        session.leftOut[stream]?.lookedTo = max(left.lookedTo ?? 0, offset)
        lanes[key]?.state = .open(session)
    }

    private func caughtUp(_ key: ConnectionKey, _ partition: TopicPartition) {
        guard let stream = stream(of: partition), var session = lanes[key]?.session, session.leftOut[stream] != nil
        else { return tracker.unpin(key, partition) }
        session.leftOut[stream]?.lookedTo = nil
        lanes[key]?.state = .open(session)
    }

    /// Notes that everything below an offset is taken; where the consumer stands there, it goes on by itself.
    private func moved(_ partition: TopicPartition, to offset: Int64) {
        guard let catchUp = catchUps[partition], let next = tracker.next[partition] else { return }
        for key in catchUp.connections {
            if offset >= next { caughtUp(key, partition) } else { move(key, partition, to: offset) }
        }
        guard offset >= next else { return }
        endCatchUp(partition)
        service.logger.info(
            "caught up with what was passed over",
            metadata: [LogKeys.topic: "\(partition.topic)", LogKeys.partition: "\(partition.partition)"]
        )
    }
}
