package import Model

/// Why a webhook cannot be set up, or was not delivered.
package enum WebhookError: ExplainedError, Hashable {
    case urlRefused(String)
    /// Its name has no address now.
    case unresolved(WebhookURL)
    /// Its name leads into a private network.
    case notPublic(WebhookURL)
    /// It answered, but not that it has it.
    case refused(WebhookURL, status: Int)
    case unreachable(WebhookURL, problem: String)

    package var message: String {
        switch self {
        case .urlRefused(let problem): "the webhook's url is refused: \(problem); write https://host/path"
        case .unresolved(let url): "the webhook's host \(url.host) has no address"
        case .notPublic(let url):
            "the webhook's host \(url.host) is not a public address; set allow_private: true where that is meant"
        case .refused(let url, let status): "the webhook at \(url) answered \(status)"
        case .unreachable(let url, let problem): "the webhook at \(url) cannot be reached: \(problem)"
        }
    }

    package var exitCode: ExitCode { .configuration }

    package var recovery: Recovery {
        switch self {
        case .urlRefused: .stop
        case .unresolved, .notPublic, .refused, .unreachable: .retry(after: .seconds(5))
        }
    }
}
