import Destinations
import Loader
import Logging
import Model
import ServiceRuntime

/// The destination of each connection: the configuration's own, or one of its `destinations` by name.
struct DestinationOpening: Sendable {
    private let standard: String
    private let named: [String: Settings.DestinationURL]
    private let logger: Logger

    init(_ settings: Settings, logger: Logger) {
        standard = settings.destination
        named = settings.destinations
        self.logger = logger
    }

    /// Connects to nothing yet.
    /// - Throws: `DestinationSettingsError`, `SecretError`, or ``ConfigurationError`` for a name that is not configured.
    func open(for connection: ConnectionDefinition) throws -> any Destination {
        let name = connection.destination ?? standard
        if let destination = named[name] { return try open(destination) }
        guard connection.destination == nil || name.contains(":") else {
            throw ConfigurationError.missing(
                path: "destinations.\(name)",
                place: "connection \(connection.key)",
                example: "destinations: { \(name): { url: ... } }"
            )
        }
        return try open(Settings.DestinationURL(url: name))
    }

    private func open(_ destination: Settings.DestinationURL) throws -> any Destination {
        var settings = DestinationSettings(url: destination.url, sslmode: destination.sslmode)
        settings.password = try destination.password.map { try SecretResolver().resolve($0) }
        if let certificate = destination.sslrootcert { settings.options["sslrootcert"] = certificate }
        return try DestinationKind.open(settings, logger: logger)
    }
}
