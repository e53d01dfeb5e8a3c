import Console
import Hummingbird

/// The pages about all connections.
struct OverviewRoutes {
    let facts: Facts
    let notices: Notices
    let renderer: Renderer

    func add(to router: Router<ConsoleContext>) {
        router.get("/") { request, context in
            let tenant = try request.query().tenant()
            let page = FleetPage(try facts.fleet(ConnectionFilter(tenant)), tenant: tenant)
                .page(tenant, notice: notices.take(request, context))
            return renderer.response(page, session: context.session)
        }
        router.get("/usage") { request, context in
            let tenant = try request.query().tenant()
            let tenants = try facts.fleet(ConnectionFilter()).tenants
            let page = UsagePage(try facts.usage(ConnectionFilter(tenant)), tenant: tenant, tenants: tenants).page()
            return renderer.response(page, session: context.session)
        }
        router.get("/alerts") { _, context in
            renderer.response(AlertsPage(try facts.alerts()).page(), session: context.session)
        }
    }
}
