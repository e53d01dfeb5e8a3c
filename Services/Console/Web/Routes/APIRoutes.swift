import Console
import Hummingbird
import Model

/// What the pages show, as JSON for programs. Additive within `/api/v1`.
struct APIRoutes {
    private static let connection = "/api/v1/connections/:tenant/:connection"

    let facts: Facts
    let logs: RunLogs

    func add(to router: Router<ConsoleContext>) {
        router.get("/api/v1/connections") { request, _ in
            JSONAnswer.response(try facts.fleet(try request.query().filter()))
        }
        router.get("/api/v1/usage") { request, _ in
            JSONAnswer.response(try facts.usage(try request.query().filter()))
        }
        router.get("/api/v1/alerts") { request, _ in
            JSONAnswer.response(try facts.alerts(try request.query().filter()))
        }
        get(router, "") { key, _, _ in JSONAnswer.response(try facts.connection(key)) }
        get(router, "/definition") { key, _, _ in JSONAnswer.response(try facts.definition(key)) }
        get(router, "/check") { key, _, _ in JSONAnswer.response(try facts.check(key)) }
        get(router, "/extractions") { key, request, _ in
            JSONAnswer.response(try facts.extractions(key, try request.query().day()))
        }
        get(router, "/loads") { key, _, _ in JSONAnswer.response(try facts.loads(key)) }
        get(router, "/loads/:table") { key, request, context in
            JSONAnswer.response(try facts.loads(key, try context.path("table"), try request.query().day()))
        }
        get(router, "/rejected") { key, _, _ in JSONAnswer.response(try facts.rejected(key)) }
        get(router, "/schema") { key, _, _ in JSONAnswer.response(try facts.schemaChanges(key)) }
        get(router, "/runs/:run") { key, _, context in
            guard let report = try await facts.report(try context.run(), key) else { throw Refusal.notFound }
            return JSONAnswer.response(report)
        }
        get(router, "/runs/:run/log") { key, request, context in
            _ = try facts.definition(key)
            let log = try await logs.log(of: try context.run(), key, LogFilter(try request.query()))
            return JSONAnswer.response(log.lines)
        }
    }

    private func get(
        _ router: Router<ConsoleContext>,
        _ path: String,
        _ answer: @escaping @Sendable (ConnectionKey, Request, ConsoleContext) async throws -> Response
    ) {
        router.get(RouterPath(Self.connection + path)) { request, context in
            try await answer(try context.connection(), request, context)
        }
    }
}
