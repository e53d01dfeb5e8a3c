package import Messaging
package import Model
package import ServiceRuntime

/// Publishes a connection's pages one after another, and waits while the log may not grow.
package struct Publisher: Sendable {
    /// How often a publication is tried while the transport does not answer.
    private static let attempts = 6
    private static let pause = Duration.seconds(1)

    private let producer: any MessageProducer
    private let clock: any WallClock
    private let stop: StopSignal
    private let gate: Gate

    package init(_ producer: any MessageProducer, clock: any WallClock, stop: StopSignal) {
        self.producer = producer
        self.clock = clock
        self.stop = stop
        gate = Gate()
    }

    private init(_ publisher: Publisher, stop: StopSignal) {
        producer = publisher.producer
        clock = publisher.clock
        gate = publisher.gate
        self.stop = stop
    }

    /// The same publisher, in line with this one, for what must be written even when the run is being stopped.
    func ignoringStop() -> Publisher { Publisher(self, stop: StopSignal()) }

    /// Publishes all messages or none; they are durable when this returns.
    /// - Parameter waits: told when a wait begins, and with nil when it is over.
    /// - Throws: ``ExtractorError/takenOver``, ``ExtractorError/transport(_:)``; `CancellationError` when stopped
    ///   while waiting: nothing is published then.
    package func publish(_ messages: [Message], waits: (RunProgress.Wait?) -> Void) async throws {
        try await gate.pass {
            var attempt = 0
            while true {
                do {
                    return try await producer.publish(messages)
                } catch MessagingError.fenced {
                    throw ExtractorError.takenOver
                } catch let error as MessagingError {
                    guard case .retry = error.recovery else { throw ExtractorError.transport(error.message) }
                    if case .full = error {} else { attempt += 1 }
                    guard attempt < Self.attempts else { throw ExtractorError.transport(error.message) }
                    waits(RunProgress.Wait(until: clock.now() + Self.pause, reason: error.message, isRateLimit: false))
                    defer {
                        MetricNames.waited.add(Self.pause, "log")
                        waits(nil)
                    }
                    let clock = clock
                    try await stop.interrupting { try await clock.sleep(for: Self.pause) }
                }
            }
        }
    }
}
