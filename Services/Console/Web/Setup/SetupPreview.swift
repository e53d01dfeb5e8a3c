import Console
import Model

/// What the answers so far will make: shown while they are typed, and without a script when the form is sent.
struct SetupPreview {
    let host: String?
    let hostProblem: Said?
    let schema: String?
    let schemaProblem: Said?
    let schedule: Said?
    let scheduleProblem: Said?
    let next: [Moment]

    /// - Parameter schedule: that is answered; nil where it is none.
    init(_ answers: SetupAnswers, _ problems: [SetupField: String], schedule: Schedule?, now: Timestamp) {
        host = answers.host.map { "https://\($0)" }
        hostProblem = answers[.subdomain].isEmpty ? nil : Said(problems[.subdomain])
        schema = answers.schema(at: now)?.rawValue
        schemaProblem = Said(problems[.name] ?? problems[.schema])
        let explanation = schedule.map { ScheduleExplanation($0, at: now) }
        self.schedule = Said(explanation?.words)
        scheduleProblem = Said(problems[.every] ?? problems[.anchor] ?? problems[.cron])
        next = explanation?.next.map { Moment($0) } ?? []
    }
}
