import Console
import Model

/// What the answers so far will make: shown while they are typed, and without a script when the form is sent.
struct SetupPreview {
    let host: String?
    let hostProblem: String?
    let schema: String?
    let schemaProblem: String?
    let schedule: String?
    let scheduleProblem: String?
    let next: [Moment]

    init(_ answers: SetupAnswers, _ problems: [SetupField: String], now: Timestamp) {
        host = answers.host.map { "https://\($0)" }
        hostProblem = answers[.subdomain].isEmpty ? nil : problems[.subdomain]
        schema = answers.schema(at: now)?.rawValue
        schemaProblem = problems[.name] ?? problems[.schema]
        let explanation = Self.schedule(answers, now: now).map { ScheduleExplanation($0, at: now) }
        schedule = explanation?.words
        scheduleProblem = problems[.every] ?? problems[.anchor] ?? problems[.cron]
        next = explanation?.next.map { Moment($0) } ?? []
    }

    /// The schedule that is answered, whatever else is missing.
    private static func schedule(_ answers: SetupAnswers, now: Timestamp) -> Schedule? {
        var answers = answers
        // Only these count here; the others get what always fits.
        answers[.subdomain] = "acme"
        answers[.tenant] = "acme"
        answers[.connection] = "preview"
        answers[.name] = "preview"
        answers[.schema] = ""
        answers.streams = nil
        let context = SetupContext(now: now, secrets: .mounted("/"))
        return SetupReview(answers, context).definition?.schedule
    }
}
