import Extractor
import Model

/// What can go wrong between the browser and us.
enum LoginError: ExplainedError, Hashable {
    case nothingToLogIn(file: String)
    /// More than one connection could be meant, and nobody is there to ask.
    case several([String])
    case portTaken(Int)
    /// The admin or Zendesk said no.
    case refused(host: String, reason: String)
    /// The address that was pasted is not the one that this login's consent leads to.
    case foreignAddress
    case nothingPasted
    case tooLate(Duration)

    var message: String {
        switch self {
        case .nothingToLogIn(let file):
            "\(file) has no connection with `auth: { type: oauth_refresh, ... }` that --tenant and --connection select"
        case .several(let commands):
            "several connections can be logged in; choose one: \(commands.joined(separator: "; "))"
        case .portTaken(let port):
            "port \(port) of this machine is in use; free it, or register another redirect address with the client and "
                + "name its port with --port"
        case .refused(let host, let reason): "\(host) did not give access: \(reason)"
        case .foreignAddress:
            "this is not the address that this login leads to; paste the whole line of the browser after access was "
                + "allowed, from the address that was printed last"
        case .nothingPasted: "no address was pasted"
        case .tooLate(let limit): "nobody allowed access within \(limit.components.seconds) s; run the command again"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .nothingToLogIn: .configuration
        case .several, .portTaken: .usage
        case .refused, .foreignAddress, .nothingPasted, .tooLate: .authentication
        }
    }

    var recovery: Recovery { .stop }
}

extension LoginRequest {
    /// The code in the address that the admin's consent led to.
    /// - Parameter address: the whole address, or its path and query.
    func code(from address: String, host: String) throws(LoginError) -> Secret {
        switch landing(address) {
        case .code(let code): return code
        case .refused(let reason): throw .refused(host: host, reason: reason)
        case .foreign: throw .foreignAddress
        }
    }
}
