import Console
import Hummingbird
import Model

/// Making a connection: from the choice of a product to `Success!`.
struct SetupRoutes {
    let setup: SetupDesk
    let signIns: SignInRound
    let renderer: Renderer

    func add(to router: Router<ConsoleContext>) {
        router.get("/setup") { _, context in
            try context.requireOperator()
            return renderer.response(SourcesPage().page(), session: context.session)
        }
        router.get("/setup/:source") { request, context in
            try context.requireOperator()
            var answers = SetupAnswers()
            let source = try source(context)
            answers[.source] = source.rawValue
            return try form(answers, [:], source, request, context)
        }
        router.get("/setup/:source/preview") { request, context in
            try context.requireOperator()
            let answers = SetupForm.answers(try request.query(), source: try source(context))
            let review = try setup.review(answers)
            let preview = SetupPreview(
                answers,
                review.problems,
                schedule: review.schedule,
                now: setup.facts.now()
            )
            let html = renderer.part(preview, template: "setup-preview")
            let body = ResponseBody(byteBuffer: ByteBuffer(string: html))
            return Response(status: .ok, headers: [.contentType: "text/html; charset=utf-8"], body: body)
        }
        router.post("/setup/:source") { request, context in
            try context.requireOperator()
            let source = try source(context)
            let answers = SetupForm.answers(context.form, source: source)
            let review = try setup.review(answers)
            let problems = review.problems.merging(setup.references(in: answers)) { first, _ in first }
            guard problems.isEmpty, let definition = review.definition else {
                return try form(answers, problems, source, request, context, status: .unprocessableContent)
            }
            guard case .machine = setup.mode else {
                return renderer.response(ClusterStepsPage(definition, setup.place).page(), session: context.session)
            }
            if definition.auth.type == .oauthRefresh {
                return try await signIns.begin(definition, review.secretFiles, request, context)
            }
            let findings = try await setup.connect(definition, review.secretFiles)
            guard !findings.contains(where: { $0.grade == .problem }) else {
                return try form(answers, [:], source, request, context, findings, status: .unprocessableContent)
            }
            return renderer.response(SetupResultPage(findings, definition).page(), session: context.session)
        }
    }

    private func source(_ context: ConsoleContext) throws(Refusal) -> Source {
        guard let source = Source(rawValue: try context.path("source")) else { throw .notFound }
        return source
    }

    private func form(
        _ answers: SetupAnswers,
        _ problems: [SetupField: String],
        _ source: Source,
        _ request: Request,
        _ context: ConsoleContext,
        _ findings: [CheckFinding]? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let page = SetupFormPage(
            answers,
            problems: problems,
            schedule: try setup.review(answers).schedule,
            source: source,
            redirect: request.signInRedirect,
            takesSecrets: setup.place.takesSecrets,
            findings: findings,
            now: setup.facts.now()
        )
        return renderer.response(page.page(), session: context.session, status: status)
    }
}

extension Request {
    /// Where Zendesk sends the browser back to: this console, under the name that the browser knows it by.
    var signInRedirect: String { "\(isSecure ? "https" : "http")://\(head.authority ?? "127.0.0.1")/oauth/callback" }
}
