package import Model

/// What is wrong with `DESKPIPE_FAILPOINT`.
package enum FailpointError: ExplainedError, Hashable {
    case malformed(String)
    case unknown(String)
    /// `error` for a step that has none.
    case cannotFail(Failpoint)
    /// Something of the configuration is on another machine.
    case notLoopback(String)

    package var message: String {
        switch self {
        case .malformed(let entry):
            "DESKPIPE_FAILPOINT: `\(entry.prefix(80))` is not name:nth:kill, name:nth:error or name:nth:delay:2s"
        case .unknown(let name):
            "DESKPIPE_FAILPOINT: there is no failpoint `\(name.prefix(80))`; did you mean `\(Self.nearest(name))`?"
        case .cannotFail(let point): "DESKPIPE_FAILPOINT: `\(point.rawValue)` has no error; write kill or delay"
        case .notLoopback(let what):
            "DESKPIPE_FAILPOINT is for tests, and \(what) is not on this machine; unset it, or set "
                + "DESKPIPE_FAILPOINTS_ALLOWED=1 if this is what is wanted"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }

    private static func nearest(_ name: String) -> String {
        let names = Failpoint.allCases.map(\.rawValue)
        return names.min { name.editDistance(to: $0) < name.editDistance(to: $1) } ?? ""
    }
}
