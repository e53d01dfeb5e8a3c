import Console
import Hummingbird
import Model

/// An admin's way to Zendesk and back.
struct SignInRound {
    let setup: SetupDesk
    let pending = PendingSignIns()
    let renderer: Renderer

    /// Sends the admin to Zendesk. It is a link, as our forms may go to ourselves only.
    /// - Parameter secretFiles: of the client; until the admin has come back with access the former ones stay.
    func begin(
        _ definition: ConnectionDefinition,
        _ secretFiles: [SecretFile],
        _ request: Request,
        _ context: ConsoleContext
    ) async throws -> Response {
        guard case .machine(let machine) = setup.mode, let session = context.session else {
            throw Refusal.operatorNeeded
        }
        let signIn = try await machine.beginSignIn(definition, secretFiles, request.signInRedirect)
        try pending.add(
            PendingSignIns.Pending(
                definition: definition,
                secretFiles: secretFiles,
                signIn: signIn,
                session: session.id,
                startedAt: setup.facts.now()
            )
        )
        let message = MessagePage(
            text: Said(
                "Sign in to \(definition.subdomain.host) as an admin, and allow Deskpipe to read. "
                    + "Zendesk then sends you back here."
            ),
            link: .init(name: "Go on to Zendesk", href: signIn.url),
            goesTo: signIn.url,
            seconds: 1
        )
        let page = Page(template: "message", title: "Sign in at Zendesk", section: .setup, content: message)
        return renderer.response(page, session: session)
    }

    func add(to router: Router<ConsoleContext>) {
        router.get("/oauth/callback") { request, context in
            let query = try request.query()
            guard let session = context.session, context.isOperator else { return try bounce(request, query) }
            guard let state = query["state"],
                let found = pending.take(state: state, session: session.id, now: setup.facts.now())
            else {
                throw Refusal.impossible("This sign-in is over, or was begun in another browser. Begin it again.")
            }
            try await found.signIn.finish(request.uri.string) { try setup.keep(found.secretFiles) }
            let findings = try await setup.connect(found.definition)
            setup.dropUnused(found.secretFiles, of: found.definition.key, after: findings)
            return renderer.response(SetupResultPage(findings, found.definition).page(), session: session)
        }
    }

    /// A browser that comes from Zendesk does not send our cookie along, as that is for our own pages only: it is sent on
    /// from a page of ours, once.
    private func bounce(_ request: Request, _ query: FormFields) throws(Refusal) -> Response {
        guard query["here"] == nil else {
            throw .impossible(
                "The browser sent no session along. Allow cookies for this address, sign in as an operator, begin again."
            )
        }
        let target = "\(request.uri.string)&here=1"
        let message = MessagePage(
            text: Said("Zendesk has answered."),
            link: .init(name: "Go on", href: target),
            goesTo: target
        )
        return renderer.response(Page(template: "message", title: "Back from Zendesk", content: message), session: nil)
    }
}
