package import Model

/// One destination as the configuration has it.
package struct DestinationSettings: Hashable, Sendable {
    /// `sqlite:DIRECTORY`, `files:DIRECTORY` or `postgresql://user@host:port/database`; holds no password.
    package var url: String
    package var password: Secret?
    /// libpq's names: disable, allow, prefer, require, verify-ca, verify-full. Nil: verify-full, or prefer where the
    /// server is on this machine.
    package var sslmode: String?
    /// More of libpq's connection parameters, by their names.
    package var options: [String: String]

    package init(url: String, password: Secret? = nil, sslmode: String? = nil, options: [String: String] = [:]) {
        self.url = url
        self.password = password
        self.sslmode = sslmode
        self.options = options
    }

    /// True where they differ in the password at most.
    package func isSame(as other: DestinationSettings) -> Bool {
        url == other.url && sslmode == other.sslmode && options == other.options
    }

    /// The directory of a `sqlite:` or `files:` URL.
    func directory() throws(DestinationSettingsError) -> String {
        var path = url.drop { $0 != ":" }.dropFirst()
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        guard !path.isEmpty else { throw .noDirectory }
        return String(path)
    }
}

/// What is wrong with a destination's settings.
package enum DestinationSettingsError: ExplainedError, Hashable {
    case unknownScheme(String)
    case noDirectory
    case unreadableURL
    /// A password stands in the URL or among the options.
    case inlinePassword
    case unknownSSLMode(String)

    package var message: String {
        switch self {
        case .unknownScheme(let url):
            "destination \(url.prefix { $0 != ":" }): is not known; write sqlite:DIRECTORY, "
                + "files:DIRECTORY or postgresql://user@host:port/database"
        case .noDirectory:
            "the destination names no directory; write sqlite:./data/warehouse or files:./data/out"
        case .unreadableURL:
            "the destination's URL cannot be read; write postgresql://user@host:port/database, with special "
                + "characters as %XX"
        case .inlinePassword:
            "the destination's URL holds a password; take it out and set `password: env:NAME` or `file:PATH`"
        case .unknownSSLMode(let mode):
            "sslmode \(mode) is not known; write disable, allow, prefer, require, verify-ca or verify-full"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
