package import Model

/// Why streams cannot be read anew. Nothing was changed.
package enum ResetError: ExplainedError, Hashable {
    /// The source has no stream of this name.
    case unknownStream(String, nearest: String?)
    /// The connection does not read it.
    case notSelected(StreamName, ConnectionKey)
    /// Nothing is as new as that.
    case startsLater(than: Timestamp)

    package var message: String {
        switch self {
        case .unknownStream(let name, let nearest):
            "there is no stream `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")"
        case .notSelected(let stream, let connection):
            "\(connection) does not read \(stream); add it to `streams` of the connection first"
        case .startsLater(let now):
            "--from is later than now, \(now.formatted(.seconds)): there would be nothing to read"
        }
    }

    package var exitCode: ExitCode { .usage }
    package var recovery: Recovery { .stop }
}
