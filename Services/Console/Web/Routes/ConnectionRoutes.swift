import Console
import Hummingbird
import Model

/// The pages about one connection that only show something.
struct ConnectionRoutes {
    let facts: Facts
    let notices: Notices
    let renderer: Renderer

    func add(to router: Router<ConsoleContext>) {
        page(router, "/c/:tenant/:connection") { key, request, context in
            let page = ConnectionPage(try facts.connection(key), try facts.state(key))
            return page.page(notice: notices.take(request, context))
        }
        page(router, "/c/:tenant/:connection/extractions") { key, request, _ in
            let view = try facts.extractions(key, try request.query().day())
            return ExtractionsPage(view, name: try name(key), now: facts.now()).page()
        }
        page(router, "/c/:tenant/:connection/loads") { key, _, _ in
            LoadsPage(try facts.loads(key), name: try name(key)).page()
        }
        page(router, "/c/:tenant/:connection/loads/:table") { key, request, context in
            let view = try facts.loads(key, try context.path("table"), try request.query().day())
            return TableLoadsPage(view, name: try name(key)).page()
        }
        page(router, "/c/:tenant/:connection/rejected") { key, _, _ in
            RejectedPage(try facts.rejected(key), name: try name(key)).page()
        }
        page(router, "/c/:tenant/:connection/rejected/:partition/:offset") { key, _, context in
            try context.requireOperator()
            guard let partition = Int32(try context.path("partition")), let offset = Int64(try context.path("offset"))
            else {
                throw Refusal.notFound
            }
            let place = RejectedPlace(partition: partition, offset: offset)
            guard let record = try await facts.feed.rejectedRecord(at: place, of: key) else { throw Refusal.notFound }
            return RejectedRecordPage(content: record, of: key, name: try name(key)).page()
        }
        page(router, "/c/:tenant/:connection/schema") { key, _, _ in
            SchemaPage(try facts.schemaChanges(key), name: try name(key)).page()
        }
    }

    /// The connection's name, as it is headed.
    private func name(_ key: ConnectionKey) throws(Refusal) -> String {
        try facts.definition(key).name.escapedForPeople
    }

    private func page(
        _ router: Router<ConsoleContext>,
        _ path: RouterPath,
        _ make: @escaping @Sendable (ConnectionKey, Request, ConsoleContext) async throws -> Page
    ) {
        router.get(path) { request, context in
            let page = try await make(try context.connection(), request, context)
            return renderer.response(page, session: context.session)
        }
    }
}
