import Logging
import Messaging
import Model

/// The messages that wait in the schemas: reports and rejected records.
extension LoaderRun {
    /// Publishes what waits in a connection's schema beside all else; at once again where more has come meanwhile.
    func startRelay(_ key: ConnectionKey) {
        guard let relay = relay(of: key) else { return }
        guard relaying.insert(key).inserted else {
            relayAgain.insert(key)
            return
        }
        jobs.start {
            do {
                try await relay.run()
                return .relayed(key, nil)
            } catch {
                return .relayed(key, error)
            }
        }
    }

    /// Publishes what waits in a connection's schema.
    func relay(_ key: ConnectionKey) async throws { try await relay(of: key)?.run() }

    func relayed(_ key: ConnectionKey, _ error: (any Error)?) {
        relaying.remove(key)
        let isAgain = relayAgain.remove(key) != nil
        if let error {
            relayFailures[key] = error
        } else if isAgain {
            startRelay(key)
        }
    }

    /// Sets aside the connections whose messages could not be asked for, unless a batch is about to find out the same.
    func takeRelayFailures() async throws {
        let failures = relayFailures
        relayFailures = [:]
        for (key, error) in failures where sealed[key] == nil {
            if error is CancellationError { throw error }
            try await setAside(key, Self.explained(error), [])
        }
    }

    private func relay(of key: ConnectionKey) -> OutboxRelay? {
        guard let session = lanes[key]?.session, let producer else { return nil }
        let partition = Partitioner.partition(of: key.tenant, partitions: service.transport.partitions)
        return OutboxRelay(
            connection: key,
            schema: session.schema,
            producer: producer,
            partition: partition,
            logger: service.logger
        )
    }
}

/// Publishes the messages that wait in a schema, and then forgets them there.
struct OutboxRelay: Sendable {
    let connection: ConnectionKey
    let schema: any DestinationSchema
    let producer: any MessageProducer
    let partition: Int32
    let logger: Logger

    /// A transport that fails leaves them for the next time.
    /// - Throws: ``DestinationError``.
    func run() async throws {
        while true {
            let unsent = try await schema.unsentMessages(atMost: 100)
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
                try await producer.publish(messages)
            } catch let error as MessagingError {
                logger.warning(
                    "reports wait to be published",
                    metadata: [
                        LogKeys.connection: "\(connection)", LogKeys.error: "\(error.message)",
                    ]
                )
                return
            }
            try await schema.removeSent(unsent.map(\.id))
        }
    }
}
