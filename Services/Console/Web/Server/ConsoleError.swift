package import Model
package import ServiceRuntime

/// What can be wrong with the console's listener.
package enum ConsoleError: ExplainedError, Hashable {
    case cannotListen(ListenAddress)
    case tokenNeeded(ListenAddress)

    package var message: String {
        switch self {
        case .cannotListen(let address):
            "cannot listen on \(address), as console.listen says; name a free port of this machine, or none"
        case .tokenNeeded(let address):
            "console.listen is \(address) and console.hosts may name others' way to it, but console.tokens is empty: "
                + "whoever reaches it could change everything; add a token, or listen on 127.0.0.1 without hosts"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
