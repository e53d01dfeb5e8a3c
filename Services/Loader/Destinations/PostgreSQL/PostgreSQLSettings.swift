import LibPQ
import Model

/// How to connect to a PostgreSQL database: libpq's parameters, with safe ones where none are given.
package struct PostgreSQLSettings: Sendable {
    /// libpq's connection parameters, less the password.
    package let parameters: [String: String]
    private let password: Secret?

    /// Debian's bundle of certificate authorities; `sslrootcert=system` needs libpq 16.
    static let certificateBundle = "/etc/ssl/certs/ca-certificates.crt"

    private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

    /// - Throws: ``DestinationSettingsError``.
    package init(_ settings: DestinationSettings) throws(DestinationSettingsError) {
        guard var parameters = PQURL.parameters(of: settings.url) else { throw .unreadableURL }
        parameters.merge(settings.options) { _, option in option }
        guard parameters["password"] == nil else { throw .inlinePassword }
        if let mode = settings.sslmode { parameters["sslmode"] = mode }
        let mode = parameters["sslmode"] ?? (Self.isLocal(parameters) ? "prefer" : "verify-full")
        guard Self.modes.contains(mode) else { throw .unknownSSLMode(mode) }
        parameters["sslmode"] = mode
        if mode.hasPrefix("verify-"), parameters["sslrootcert"] == nil {
            parameters["sslrootcert"] = Self.certificateBundle
        }
        let defaults = [
            "application_name": "deskpipe", "connect_timeout": "10", "keepalives_idle": "30",
            "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000",
            "client_encoding": "UTF8",
        ]
        self.parameters = parameters.merging(defaults) { given, _ in given }
        password = settings.password
    }

    /// The parameters with the password, for the one call that needs it.
    func withPassword() -> [String: String] {
        guard let password else { return parameters }
        return parameters.merging(["password": password.value]) { _, secret in secret }
    }

    /// True when every host of the server is this machine.
    package var isLocal: Bool { Self.isLocal(parameters) }

    /// True when every host is this machine: a loopback address, or the directory of a unix socket.
    private static func isLocal(_ parameters: [String: String]) -> Bool {
        let hosts = [parameters["host"], parameters["hostaddr"]].compactMap { $0 }
            .flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return hosts.allSatisfy { host in
            host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") || host == "localhost" || host == "::1"
                || isIPv4Loopback(host)
        }
    }

    private static func isIPv4Loopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
