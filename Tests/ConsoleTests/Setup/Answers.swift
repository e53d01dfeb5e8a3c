import Model

@testable import Console

/// What tests of setup begin with.
enum Answers {
    static let now = Timestamp(seconds: 1_795_262_400)  // 2026-11-21T12:00:00Z
    static let place = SecretPlace.directory("/secrets")

    /// The least that makes a connection.
    static func least(_ change: (inout SetupAnswers) -> Void = { _ in }) -> SetupAnswers {
        var answers = SetupAnswers()
        answers[.subdomain] = "acme"
        answers[.clientID] = "env:ACME_ID"
        answers[.clientSecret] = "env:ACME_SECRET"
        change(&answers)
        return answers
    }

    static func review(
        _ answers: SetupAnswers,
        secrets: SecretPlace = place,
        others: [ConnectionDefinition] = [],
        present: ConnectionDefinition? = nil
    ) -> SetupReview {
        SetupReview(answers, SetupContext(now: now, secrets: secrets, others: others, present: present))
    }
}
