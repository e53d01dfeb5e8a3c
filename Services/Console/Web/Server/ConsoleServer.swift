package import Console
import HTTPServing
package import Hummingbird
package import HummingbirdCore
package import Logging
package import Messaging
package import Model
import ServiceRuntime

/// The console: pages for people, JSON for programs, and what an operator can tell connections.
package struct ConsoleServer: Sendable {
    private let settings: ConsoleSettings
    private let gate: Gate
    private let logger: Logger

    /// - Parameters:
    ///   - feed: what the topics say; somebody else runs it.
    ///   - transport: to read logs and rejected records, and to publish commands and definitions.
    ///   - setup: how connections are made here.
    ///   - filePlaces: where the configuration has its connections, such as `deskpipe.yaml:12`.
    /// - Throws: ``ConsoleError`` for settings that would let everybody in.
    package init(
        feed: BoardFeed,
        transport: any Transport,
        namespace: Namespace,
        settings: ConsoleSettings,
        setup: SetupMode,
        filePlaces: [ConnectionKey: String] = [:],
        clock: any WallClock,
        logger: Logger
    ) throws {
        self.settings = try settings.checked()
        self.logger = logger
        let visitors = Visitors(tokens: settings.tokens)
        let renderer = try Renderer(asksForToken: visitors.asksForToken)
        let facts = Facts(feed: feed, clock: clock)
        let desk = ConsoleDesk(transport: transport, namespace: namespace, clock: clock)
        let notices = Notices(clock: clock)
        let logs = RunLogs(transport, topic: namespace.extractionLogs)
        let events = EventAnswer(streams: OpenStreams(), clock: clock)
        let router = Router(context: ConsoleContext.self, options: .autoGenerateHeadEndpoints)
        AssetRoutes().add(to: router)
        SignInRoutes(visitors: visitors, renderer: renderer, clock: clock).add(to: router)
        OverviewRoutes(facts: facts, notices: notices, renderer: renderer).add(to: router)
        ConnectionRoutes(facts: facts, notices: notices, renderer: renderer).add(to: router)
        LogRoutes(facts: facts, logs: logs, renderer: renderer, events: events).add(to: router)
        EventRoutes(feed: feed, events: events).add(to: router)
        APIRoutes(facts: facts, logs: logs).add(to: router)
        CommandAnswerRoutes(facts: facts, transport: transport, namespace: namespace).add(to: router)
        CommandRoutes(facts: facts, desk: desk, setup: setup, notices: notices, renderer: renderer).add(to: router)
        let setupDesk = SetupDesk(facts: facts, desk: desk, mode: setup)
        let signIns = SignInRound(setup: setupDesk, renderer: renderer)
        signIns.add(to: router)
        SetupRoutes(setup: setupDesk, signIns: signIns, renderer: renderer).add(to: router)
        SettingsRoutes(
            setup: setupDesk,
            signIns: signIns,
            notices: notices,
            renderer: renderer,
            filePlaces: filePlaces
        ).add(to: router)
        gate = Gate(
            router: router.buildResponder(),
            settings: settings,
            hosts: HostRule(settings.hosts),
            visitors: visitors,
            rate: RequestRate(capacity: 300, perSecond: 50),
            refusals: RefusalPages(renderer: renderer),
            clock: clock,
            logger: logger
        )
    }

    /// The application, for whoever runs it.
    /// - Parameters:
    ///   - server: what serves its connections.
    ///   - onListening: told the port.
    package func application(
        server: HTTPServerBuilder = .http1(),
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) -> some ApplicationProtocol {
        // What it says of connections that end with the process is no error; the gate logs what fails.
        var quiet = logger
        quiet.logLevel = .critical
        return Application(
            responder: gate,
            server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(settings.listen.host, port: settings.listen.port),
                availableConnectionsDelegate: MaximumAvailableConnections(512, logger: logger)
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: quiet
        )
    }

    /// Serves while `body` runs, and no longer.
    /// - Parameter onListening: called before `body`, with the port.
    /// - Throws: ``ConsoleError/cannotListen(_:)`` before `body` begins; what `body` throws.
    package func serving<Result: Sendable>(
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in },
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let listening = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                defer { listening.continuation.finish() }
                do {
                    try await serve(.init(idleTimeout: .seconds(120))) { server in
                        application(server: server) { listening.continuation.yield($0) }
                    }
                } catch let error as CancellationError {
                    throw error
                } catch {
                    throw ConsoleError.cannotListen(settings.listen)
                }
                return nil
            }
            group.addTask {
                for await port in listening.stream {
                    onListening(port)
                    return try await body()
                }
                throw ConsoleError.cannotListen(settings.listen)
            }
            defer { group.cancelAll() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
    }
}
