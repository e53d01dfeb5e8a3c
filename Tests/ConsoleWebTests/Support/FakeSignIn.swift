import ConsoleWeb
import Model
import Synchronization

/// A sign-in that any answer completes, but one that says no.
final class FakeSignIn: SignIn {
    struct Refused: ExplainedError {
        let message = "acme.zendesk.com did not give access"
        let exitCode = ExitCode.authentication
        let recovery = Recovery.stop
    }

    private let seen = Mutex<[String]>([])

    let url = "https://acme.zendesk.com/oauth?state=s1"
    let state = "s1"

    var targets: [String] { seen.withLock { $0 } }

    func finish(_ target: String, granted: @Sendable () throws -> Void) async throws {
        seen.withLock { $0.append(target) }
        guard !target.contains("error=") else { throw Refused() }
        try granted()
    }
}
