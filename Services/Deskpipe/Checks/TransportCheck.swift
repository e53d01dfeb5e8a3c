import Extractor
import Logging
import Messaging
import Model

/// Whether the transport can be reached, and its topics can be used.
enum TransportCheck {
    static func finding(_ settings: Settings, logger: Logger) async -> CheckFinding {
        let name = settings.transport
        do {
            let transport = try await TransportOpening.open(settings, logger: logger)
            await transport.close()
            return CheckFinding("transport", on: name, .ok, "reachable, its topics can be used")
        } catch MessagingError.locked(_, let pid) {
            let who = pid.map { "process \($0)" } ?? "another process"
            return CheckFinding("transport", on: name, .ok, "in use by \(who): a Deskpipe is running")
        } catch {
            return CheckFinding("transport", on: name, error)
        }
    }
}
