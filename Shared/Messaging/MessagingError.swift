package import Model

/// What a transport can fail with.
package enum MessagingError: ExplainedError, Hashable {
    /// A newer producer has taken this identity.
    case fenced
    /// The log may not grow; the reason says which limit. Nothing was published.
    case full(String)
    /// The transport cannot be reached or answered with an error that may pass.
    case unavailable(call: String, reason: String)
    /// The transport refused for good.
    case refused(call: String, reason: String)
    /// An existing topic does not fit the contract.
    case topicContradicts(topic: String, problem: String)
    /// Another process owns the embedded log.
    case locked(path: String, pid: Int32?)
    /// A message is larger than its topic takes.
    case tooLarge(topic: String, bytes: Int)

    /// What a failpoint has a call fail with.
    package static func atFailpoint(_ call: String) -> MessagingError {
        .unavailable(call: call, reason: "a failpoint says so")
    }

    package var message: String {
        switch self {
        case .fenced:
            "taken over: a newer extractor publishes for this connection; this one stops"
        case .full(let reason):
            "the log is full: \(reason); extraction waits until the loader has caught up or there is room"
        case .unavailable(let call, let reason):
            "the transport does not answer (\(call)): \(reason); check that the broker runs and `transport` names it"
        case .refused(let call, let reason):
            "the transport refused \(call): \(reason)"
        case .topicContradicts(let topic, let problem):
            "topic \(topic) does not fit: \(problem)"
        case .locked(let path, let pid):
            "\(path) is in use by \(pid.map { "process \($0)" } ?? "another process"); stop it or use another file"
        case .tooLarge(let topic, let bytes):
            "a message of \(bytes) bytes is too large for \(topic)"
        }
    }

    package var exitCode: ExitCode { .transport }

    package var recovery: Recovery {
        switch self {
        case .full: .retry(after: .seconds(1))
        case .unavailable: .retry(after: .seconds(1))
        case .tooLarge: .reject
        case .fenced, .refused, .topicContradicts, .locked: .stop
        }
    }
}
