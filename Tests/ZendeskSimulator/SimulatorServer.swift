import HTTPServing
import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore

/// The HTTP server: takes requests apart, asks the front desk and the endpoint, and delivers.
struct SimulatorServer: Sendable {
    let configuration: SimulatorConfiguration
    let world: World
    let lists: ListStore
    let desk: LockedDesk

    init(configuration: SimulatorConfiguration) {
        self.configuration = configuration
        let end = configuration.world.end ?? configuration.clock.now() - .seconds(120)
        world = World(settings: configuration.world, end: end)
        lists = ListStore(
            settings: configuration.lists,
            chat: configuration.chat,
            world: configuration.world,
            end: end
        )
        desk = LockedDesk(FrontDesk(configuration: configuration))
    }

    /// Serves until cancelled.
    func run(onListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        try await serve(Self.connections) { application($0, onListening: onListening) }
    }

    /// Serves until SIGTERM or SIGINT.
    func runUntilSignal(onListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        try await application(.http1(configuration: Self.connections), onListening: onListening).runService()
    }

    private static let connections = HTTP1Channel.Configuration(additionalChannelHandlers: [AnswerDating()])

    private func application(
        _ server: HTTPServerBuilder,
        onListening: @escaping @Sendable (_ port: Int) -> Void
    ) -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder { request, context in try await respond(to: request, context) },
            server: server,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: configuration.port)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: configuration.logger
        )
    }

    private func respond(to request: Request, _ context: ConnectionContext) async throws -> Response {
        let received = try await APIRequest(request, at: configuration.clock.now())
        if received.path.hasPrefix(ControlEndpoints.prefix) {
            return await ControlEndpoints(server: self).answer(received)
        }
        let delivery: Delivery
        switch desk.with({ $0.admit(received) }) {
        case .refused(let response):
            delivery = Delivery(response: response, fault: nil)
        case .admitted(let endpoint, let isAuthenticated, let headers, let fault):
            var response = await answer(received, endpoint, isAuthenticated, fault)
            response.headers += headers
            let (status, violation) = (response.status, response.violation)
            desk.with { $0.record(received, status: status, fault: fault, violation: violation) }
            delivery = Delivery(response: response, fault: fault)
        }
        let compresses = configuration.compresses && received.acceptsGzip
        var response = try await delivery.response(on: context.channel, compresses: compresses)
        if configuration.datesByItsClock { response.headers[AnswerDating.header] = received.time.httpDate }
        return response
    }

    private func answer(
        _ request: APIRequest,
        _ endpoint: Endpoint,
        _ isAuthenticated: Bool,
        _ fault: Fault.Effect?
    ) async -> APIResponse {
        var backend = Endpoint.Backend(world: world, lists: lists, holdBack: configuration.holdBack, desk: desk)
        backend.isAuthenticated = isAuthenticated
        backend.largestMetricPage = configuration.largestMetricPage
        backend.largestExportPage = configuration.largestExportPage
        if case .emptyPage = fault { backend.emptiesPage = true }
        do {
            var request = request
            request.captures = Routes.captures(endpoint.path, request.path) ?? [:]
            let response = try await endpoint.answer(request, backend)
            await changeBetweenPages(endpoint, at: request.time)
            return response
        } catch let error as APIError {
            return error.response
        } catch {
            configuration.logger.error("an endpoint failed", metadata: ["error": "\(error)"])
            return .text("", status: 500)
        }
    }
}

extension SimulatorServer {
    /// Changes the world after every so many pages, where the configuration has it: what was read is old at once.
    private func changeBetweenPages(_ endpoint: Endpoint, at now: Timestamp) async {
        guard let changes = configuration.changes, endpoint.path.hasPrefix("/api/v2/incremental/") else { return }
        if desk.with({ $0.isChangeDue(changes) }) { await world.change(changes.change, at: now) }
    }
}

/// A request's surroundings: its connection, which a fault may break.
struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

extension APIRequest {
    private static let largestBody = 1 << 20

    fileprivate init(_ request: Request, at time: Timestamp) async throws {
        let body = try await request.body.collect(upTo: Self.largestBody)
        self.init(
            method: request.method.rawValue,
            path: request.uri.path,
            rawQuery: request.uri.query ?? "",
            origin: "http://\(request.head.authority ?? "127.0.0.1")",
            authorization: request.headers[.authorization],
            acceptsGzip: request.headers[.acceptEncoding]?.contains("gzip") ?? false,
            body: Array(body.readableBytesView),
            time: time
        )
    }
}
