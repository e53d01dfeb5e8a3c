import Logging
import Messaging
import Model
import ServiceRuntime

/// The health listener of a service, for as long as its work takes.
struct HealthOpening: Sendable {
    enum Service: String, Sendable {
        case extractor
        case loader
        case console
        /// All in one process.
        case run

        fileprivate var conditions: [Readiness.Condition] {
            switch self {
            case .extractor: [.transport, .assignment]
            case .loader, .run: [.transport, .destination, .assignment]
            case .console: [.transport, .topics]
            }
        }
    }

    /// How often the transport is asked whether it answers.
    private static let probeInterval = Duration.seconds(15)

    private let setting: Listening
    private let service: Service
    private let isShort: Bool
    private let stop: StopSignal
    private let logger: Logger

    /// - Parameter isShort: the work ends by itself; then there is a listener only where one is configured.
    init(_ settings: Settings, _ service: Service, isShort: Bool, stop: StopSignal, logger: Logger) {
        setting = settings.health
        self.service = service
        self.isShort = isShort
        self.stop = stop
        self.logger = logger
    }

    /// - Throws: `HealthError.cannotListen` where an address is configured and taken; what `body` throws.
    func serving<Result: Sendable>(
        _ transport: any Transport,
        _ body: @escaping @Sendable (Readiness) async throws -> Result
    ) async throws -> Result {
        let readiness = Readiness(service.conditions)
        guard let address else { return try await body(readiness) }
        let registry = Metrics.start(
            service: service.rawValue,
            loads: service == .loader || service == .run,
            extracts: service == .extractor || service == .run
        )
        let server = HealthServer(address, HealthRoutes(readiness: readiness, metrics: registry))
        let work = { @Sendable () async throws -> Result in try await watching(transport, readiness, body) }
        do {
            return try await server.serving(onListening: { tell(address, port: $0) }, work)
        } catch HealthError.cannotListen where setting == .standard {
            logger.notice("no health listener: its port is taken", metadata: [LogKeys.address: "\(address)"])
            return try await work()
        }
    }

    private var address: ListenAddress? {
        switch setting {
        case .at(let address): address
        case .none: nil
        case .standard: isShort ? nil : .standard
        }
    }

    private func tell(_ address: ListenAddress, port: Int) {
        logger.info("health listener started", metadata: [LogKeys.address: "\(address.host)", LogKeys.port: "\(port)"])
    }

    /// Keeps the readiness of the transport, and of a process that is being stopped, while the body runs.
    private func watching<Result: Sendable>(
        _ transport: any Transport,
        _ readiness: Readiness,
        _ body: @escaping @Sendable (Readiness) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body(readiness) }
            group.addTask {
                await stop.wait()
                if stop.isSet { readiness.stopping() }
                return nil
            }
            group.addTask {
                await Self.probe(transport, readiness)
                return nil
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }

    private static func probe(_ transport: any Transport, _ readiness: Readiness) async {
        let clock = SystemClock()
        repeat {
            do {
                try await transport.reach()
                readiness.met(.transport)
            } catch let error as any ExplainedError {
                readiness.unmet(.transport, because: error.message)
            } catch {
                readiness.unmet(.transport, because: "it does not answer")
            }
        } while (try? await clock.sleep(for: probeInterval)) != nil  // until cancelled
    }
}
