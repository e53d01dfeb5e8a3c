import Failpoints
import Logging
import Messaging
import Model

/// The messages that wait in the schemas: reports and rejected records.
extension LoaderRun {
    /// Publishes what waits in a connection's schema beside all else; at once again where more has come meanwhile.
    func startRelay(_ key: ConnectionKey) {
        guard let session = lanes[key]?.session, let producer else { return }
        guard relaying.insert(key).inserted else {
            relayAgain.insert(key)
            return
        }
        let (relay, schema) = (OutboxRelay(key, producer, service), session.schema)
        jobs.start {
            do {
                try await relay.run(schema)
                return .relayed(key, nil)
            } catch {
                return .relayed(key, error)
            }
        }
    }

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

}

/// Publishes the messages that wait in a schema, and then forgets them there.
struct OutboxRelay: Sendable {
    private let connection: ConnectionKey
    private let producer: any MessageProducer
    private let partition: Int32
    private let logger: Logger

    init(_ connection: ConnectionKey, _ producer: any MessageProducer, _ service: LoaderService) {
        self.connection = connection
        self.producer = producer
        partition = service.partition(of: connection.tenant)
        logger = service.logger
    }

    /// A transport that fails leaves them for the next time.
    /// - Throws: ``DestinationError``.
    func run(_ schema: any DestinationSchema) async throws {
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
                try Failpoint.reportRelaying.hit(orFail: MessagingError.atFailpoint("publish"))
                try await producer.publish(messages)
                Failpoint.reportRelayed.hit()
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
            Failpoint.outboxEmptied.hit()
        }
    }
}
