import Hummingbird
import Model

/// Signing in with a token, and out.
struct SignInRoutes {
    let visitors: Visitors
    let renderer: Renderer
    let clock: any WallClock

    /// What the form shows.
    struct Form {
        var wrong: String?
    }

    func add(to router: Router<ConsoleContext>) {
        router.get("/login") { _, context in
            context.session == nil ? form(Form()) : Response.redirect(to: "/", type: .normal)
        }
        router.post("/login") { request, context in
            let cookie = try visitors.signIn(
                token: context.form["token"] ?? "",
                request: request,
                from: context.caller,
                now: clock.now()
            )
            guard let cookie else { return form(Form(wrong: "This is none of the tokens."), status: .forbidden) }
            var response = Response.redirect(to: "/", type: .normal)
            response.setCookie(cookie)
            return response
        }
        router.post("/logout") { _, context in
            var response = Response.redirect(to: "/login", type: .normal)
            if let session = context.session { response.setCookie(visitors.signOut(session, now: clock.now())) }
            return response
        }
    }

    private func form(_ form: Form, status: HTTPResponse.Status = .ok) -> Response {
        renderer.response(Page(template: "login", title: "Sign in", content: form), session: nil, status: status)
    }
}
