import Extractor
import Logging
import Messaging
import Model
import ServiceRuntime
import Transports

/// What the extractor's runs share, for as long as `body` takes.
enum ExtractorOpening {
    /// How the service works that keeps to schedules.
    static func service(
        _ settings: Settings,
        _ readiness: Readiness,
        selects: @escaping @Sendable (ConnectionKey) -> Bool
    ) -> ServiceSettings {
        ServiceSettings(
            concurrency: settings.concurrency,
            runLimit: settings.runLimit,
            sessionTimeout: KafkaSettings.memberTimeout(within: settings.kafka.sessionTimeout),
            readiness: readiness,
            selects: selects
        )
    }

    static func withEnvironment<Result: Sendable>(
        _ settings: Settings,
        transport: any Transport,
        logger: Logger,
        _ body: (ExtractorEnvironment) async throws -> Result
    ) async throws -> Result {
        let connections = HTTPConnections()
        do {
            let reports = try await transport.producer(.idempotent)
            let environment = ExtractorEnvironment(
                access: ZendeskAccess(
                    connections: connections,
                    secrets: SecretResolver(),
                    userAgent: Version.userAgent,
                    clock: SystemClock(),
                    credentialKey: settings.credentialKey
                ),
                transport: transport,
                namespace: settings.namespace,
                reports: reports,
                logger: logger
            )
            let result = try await body(environment)
            await reports.close()
            await connections.close()
            return result
        } catch {
            await connections.close()
            throw error
        }
    }
}
