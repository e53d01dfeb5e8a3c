package import Console
package import Model

/// How connections are made and tried from here.
package enum SetupMode: Sendable {
    /// One machine: secrets are taken, and the console acts by itself.
    case machine(MachineSetup)
    /// A cluster: no secret is taken, and extractors act.
    /// - Parameter secrets: the directory in which extractors see theirs.
    case cluster(secrets: String)
}

/// What the console does by itself on one machine.
package struct MachineSetup: Sendable {
    /// Tries all that a run of a connection would need.
    package typealias Check = @Sendable (ConnectionDefinition) async throws -> [CheckFinding]
    /// Begins a sign-in at Zendesk with the connection's client.
    /// - Parameters:
    ///   - secrets: those of the client that were given for it; they are not in their files yet.
    ///   - redirect: where the browser comes back to.
    package typealias BeginSignIn =
        @Sendable (
            _ definition: ConnectionDefinition, _ secrets: [SecretFile], _ redirect: String
        ) async throws -> any SignIn

    /// Where secrets are written.
    package var secrets: String
    package var check: Check
    package var beginSignIn: BeginSignIn
    /// Stands in for Zendesk; tests and the demo only.
    package var endpoint: String?

    package init(
        secrets: String,
        endpoint: String? = nil,
        check: @escaping Check,
        beginSignIn: @escaping BeginSignIn
    ) {
        self.secrets = secrets
        self.endpoint = endpoint
        self.check = check
        self.beginSignIn = beginSignIn
    }
}

/// A sign-in under way: an admin is at Zendesk.
package protocol SignIn: Sendable {
    /// Where the admin allows access.
    var url: String { get }
    /// Names this sign-in among all, on the way there and back; nobody else knows it.
    var state: String { get }

    /// Takes what Zendesk answered and keeps the login, sealed.
    /// - Parameters:
    ///   - target: path and query that the browser came back to.
    ///   - granted: called when the login is known to work, before it is kept: the time to keep what belongs to it.
    /// - Throws: where access was not given, or the login does not work; what `granted` throws.
    func finish(_ target: String, granted: @Sendable () throws -> Void) async throws
}
