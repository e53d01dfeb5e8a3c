import Logging
import Messaging
import Model
import ServiceRuntime
import Transports

/// Keeps the embedded log within its retention, once a minute. Kafka does so by itself.
enum Maintenance {
    /// Runs until cancelled.
    static func run(_ transport: any Transport, logger: Logger) async {
        guard let embedded = transport as? EmbeddedTransport else { return }
        let clock = SystemClock()
        while true {
            do {
                try await clock.sleep(for: .seconds(60))
                try await embedded.maintain(now: clock.now())
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the log's retention failed; it is tried again", metadata: [LogKeys.error: "\(error)"])
            }
        }
    }
}
