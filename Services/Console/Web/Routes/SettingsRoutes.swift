import Console
import Hummingbird
import Model

/// Changing and deleting connections whose master is the console; those of the file are shown.
struct SettingsRoutes {
    let setup: SetupDesk
    let signIns: SignInRound
    let notices: Notices
    let renderer: Renderer
    /// Where the file has its connections: `deskpipe.yaml:12`.
    let filePlaces: [ConnectionKey: String]

    func add(to router: Router<ConsoleContext>) {
        router.get("/c/:tenant/:connection/settings") { request, context in
            let definition = try setup.facts.definition(try context.connection())
            let notice = notices.take(request, context)
            return page(definition, SetupAnswers(definition), [:], request, context, notice: notice)
        }
        router.post("/c/:tenant/:connection/settings") { request, context in
            try context.requireOperator()
            let definition = try SetupDesk.own(try setup.facts.definition(try context.connection()))
            return try await change(definition, request, context)
        }
        router.post("/c/:tenant/:connection/credentials") { request, context in
            try context.requireOperator()
            let definition = try SetupDesk.own(try setup.facts.definition(try context.connection()))
            return try await replaceCredentials(definition, request, context)
        }
        router.post("/c/:tenant/:connection/delete") { _, context in
            try context.requireOperator()
            guard context.form["sure"] == "yes" else {
                throw Refusal.impossible("Go back and say that you want the connection to be deleted.")
            }
            let definition = try setup.facts.definition(try context.connection())
            try await setup.delete(definition)
            let text = "\(definition.name.escapedForPeople) was deleted. Its tables and their rows stay."
            return notices.redirect(to: "/", Notice(tone: .good, text: text, isPassing: true), context)
        }
    }

    private func change(
        _ definition: ConnectionDefinition,
        _ request: Request,
        _ context: ConsoleContext
    ) async throws -> Response {
        let answers = SetupForm.changes(context.form, of: definition)
        let review = try setup.review(answers, present: definition)
        guard let changed = review.definition else {
            return page(definition, answers, review.problems, request, context, status: .unprocessableContent)
        }
        let change = SettingsChange(from: definition, to: changed)
        guard context.form["step"] == "save" else {
            let page = SettingsChangePage(change, definition, form: context.form).page()
            return renderer.response(page, session: context.session)
        }
        try await setup.publish(changed)
        let chosen = Set(context.form.all("again"))
        for reread in change.rereads where chosen.contains(reread.stream?.rawValue ?? "*") {
            try await setup.desk.ask(.reset, of: changed.key, stream: reread.stream, from: reread.from)
        }
        let notice = Notice(tone: .good, text: "Saved. It holds from the next run on.", isPassing: true)
        return notices.redirect(to: "\(changed.key.path)/settings", notice, context)
    }

    /// New secrets take their place when a check has found that they work, or an admin has signed in.
    private func replaceCredentials(
        _ definition: ConnectionDefinition,
        _ request: Request,
        _ context: ConsoleContext
    ) async throws -> Response {
        var answers = SetupAnswers(definition)
        let way = SetupWay.way(definition.auth.type, for: definition.source)
        for field in way.fields {
            if let text = context.form[SetupForm.name(field, under: way.kind.rawValue)] { answers[field] = text }
        }
        let review = try setup.review(answers, present: definition)
        let problems = review.problems.merging(setup.references(in: answers)) { first, _ in first }
        guard problems.isEmpty, let changed = review.definition else {
            return page(definition, answers, problems, request, context, status: .unprocessableContent)
        }
        if context.form["step"] == "sign-in" {
            return try await signIns.begin(changed, review.secretFiles, request, context)
        }
        let findings = try await setup.connect(changed, review.secretFiles)
        return renderer.response(CheckPage(findings).page(changed), session: context.session)
    }

    private func page(
        _ definition: ConnectionDefinition,
        _ answers: SetupAnswers,
        _ problems: [SetupField: String],
        _ request: Request,
        _ context: ConsoleContext,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil
    ) -> Response {
        let page = SettingsPage(
            definition,
            answers,
            problems: problems,
            redirect: request.signInRedirect,
            takesSecrets: setup.place.takesSecrets,
            place: filePlaces[definition.key],
            now: setup.facts.now()
        )
        return renderer.response(page.page(notice: notice), session: context.session, status: status)
    }
}
