import Failpoints
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime

extension LoaderRun {
    /// Takes one delivery: into a batch, aside, or to `{ns}.rejected`.
    func take(_ delivery: Delivery) async throws {
        let partition = delivery.topicPartition
        guard tracker.isAssigned(partition), !soughtNow.contains(partition) else { return }
        var route = routing.route(delivery, among: registry)
        if case .unknownConnection = route {
            // Its definition was published before it, if there is one.
            if !hasRefreshed, delivery.timestamp + LoaderRun.refreshInterval > registryReadAt {
                try await readRegistry()
                hasRefreshed = true
            }
            route = routing.route(delivery, among: registry)
        }
        if case .unknownType(let type) = route {
            halt = Halt(.upgradeFirst(type: type, partition: partition, offset: delivery.offset))
            return
        }
        tracker.received(partition, offset: delivery.offset)
        switch route {
        case .event(let key, let event):
            try await take(event, of: key)
        case .unknownConnection:
            try addForeign(delivery, "the message's key names no known connection")
        case .foreign(let reason):
            try addForeign(delivery, reason)
        case .deleted, .unknownType:
            break
        }
    }

    private func take(_ event: BatchEvent, of key: ConnectionKey) async throws {
        if lanes[key] == nil, let definition = registry[key] {
            open(definition)
            try await awaitOpenings()
        }
        guard let lane = lanes[key] else { return }
        guard let session = lane.session, lane.pause == nil else {
            tracker.pin(key, event.topicPartition, at: event.offset)
            try await reportFailure(of: key, [event])
            return
        }
        if let left = session.leftOut[event.stream] {
            guard try await takeLeftOut(event, of: key, left) else { return }
        } else if tracker.pin(key, event.topicPartition) != nil {
            // It comes again with what was passed over before it.
            return
        }
        try await add(event, of: key)
    }

    /// Takes an event that was passed over before.
    func takeAgain(_ event: BatchEvent, of key: ConnectionKey) async throws {
        guard let session = lanes[key]?.session else { return }
        if let left = session.leftOut[event.stream] {
            _ = isReadAnew(event, of: key, left)
            return
        }
        try await add(event, of: key)
    }

    private func add(_ event: BatchEvent, of key: ConnectionKey) async throws {
        guard let session = lanes[key]?.session else { return }
        var event = event
        let verdict = session.taken.verdict(
            on: event.topicPartition,
            offset: event.offset,
            sequence: event.sequence
        )
        switch verdict {
        case .repeat:
            keepDeclaration(of: event, for: key)
            return
        case .otherLog:
            event.isFromOtherLog = true
        case .new:
            break
        }
        let full = accumulator.add(event, of: key, at: now)
        if !full.isEmpty { try await load(full) }
    }

    /// A repeated schema event changes no table, but what it declares still holds.
    private func keepDeclaration(of event: BatchEvent, for key: ConnectionKey) {
        guard case .schema(let schema, let envelope) = event.content, var lane = lanes[key],
            var session = lane.session,
            envelope.sequence >= session.builder.declarations[event.stream]?.sequence ?? 0
        else { return }
        let declared = StreamDeclaration(schema: schema, sequence: envelope.sequence)
        session.builder.declarations[event.stream] = declared.marked(session.builder.declarations[event.stream]?.reset)
        lane.state = .open(session)
        lanes[key] = lane
    }

    private func addForeign(_ delivery: Delivery, _ reason: String) throws {
        let body = try WireJSON.text(of: RejectedMessage(foreign: delivery, reason: reason, at: now))
        foreign.append(
            Message(
                topic: service.namespace.rejected,
                partition: delivery.partition,
                key: "foreign/\(delivery.topic)/\(delivery.partition)/\(delivery.offset)",
                value: Array(body.utf8)[...]
            )
        )
    }

    /// Publishes what goes to no schema; nothing is committed before.
    func publishForeign() async throws {
        guard !foreign.isEmpty else { return }
        try await publish(foreign)
        Failpoint.foreignPublished.hit()
        service.logger.warning(
            "messages that fit no connection were rejected",
            metadata: [
                LogKeys.events: "\(foreign.count)", LogKeys.topic: "\(service.namespace.rejected)",
            ]
        )
        summary.foreign += foreign.count
        MetricNames.rowsRejected.add(foreign.count, "foreign")
        service.observer(.foreign(foreign.count))
        foreign = []
    }

    /// Publishes, waiting while the transport says that it may work later.
    func publish(_ messages: [Message]) async throws {
        var backoff = Backoff()
        while true {
            do {
                try await producer?.publish(messages)
                return
            } catch let error as MessagingError {
                guard case .retry = error.recovery, !stop.isSet else { throw error }
                service.logger.warning("publishing failed, trying again", metadata: [LogKeys.error: "\(error.message)"])
                try await service.clock.sleep(for: backoff.failed())
            }
        }
    }
}
