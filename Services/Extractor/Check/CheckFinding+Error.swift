package import Model

extension CheckFinding {
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
