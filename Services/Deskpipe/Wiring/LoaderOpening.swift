import Loader
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization

/// The loader with the configuration's destinations.
enum LoaderOpening {
    static func service(
        _ settings: Settings,
        transport: any Transport,
        logger: Logger,
        readiness: Readiness,
        _ observer: @escaping @Sendable (LoaderProgress) -> Void
    ) -> LoaderService {
        let destinations = DestinationOpening(settings, logger: logger)
        return LoaderService(
            transport: transport,
            namespace: settings.namespace,
            destination: { try destinations.open(for: $0) },
            settings: BatchSettings(rows: settings.batch.rows, bytes: settings.batch.bytes, age: settings.batch.age),
            clock: SystemClock(),
            logger: logger,
            readiness: readiness,
            observer: observer
        )
    }
}
