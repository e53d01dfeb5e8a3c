package import Model

/// One thing that a check tried, and what came of it.
package struct CheckFinding: Hashable, Sendable {
    package enum Grade: String, Hashable, Sendable, Codable {
        case ok
        /// Works, but a person should know.
        case warning
        case problem
    }

    /// What was tried: `prefix`, `login`, `stream`, ….
    package var check: String
    /// What it was tried on: a host, a stream.
    package var subject: String
    package var grade: Grade
    /// What came of it, in words for people.
    package var verdict: String
    /// What to do about it.
    package var hint: String?
    /// Of a problem: what the process should end with.
    package var exitCode: ExitCode

    package init(
        _ check: String,
        on subject: String,
        _ grade: Grade = .ok,
        _ verdict: String = "ok",
        hint: String? = nil,
        exitCode: ExitCode = .ok
    ) {
        self.check = check
        self.subject = subject
        self.grade = grade
        self.verdict = verdict
        self.hint = hint
        self.exitCode = exitCode
    }

    /// A problem as its error tells it.
    package init(_ check: String, on subject: String, _ error: any Error) {
        let explained = error as? any ExplainedError
        self.init(
            check,
            on: subject,
            .problem,
            explained?.message ?? "failed: \(type(of: error))",
            hint: (error as? ExtractorError)?.hint,
            exitCode: explained?.exitCode ?? .unexpected
        )
    }
}
