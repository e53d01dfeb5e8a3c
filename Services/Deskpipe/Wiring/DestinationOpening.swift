import Destinations
import Failpoints
import Loader
import Logging
import Model
import ServiceRuntime
import Synchronization

/// The destination of each connection: the configuration's own, or one of its `destinations` by name. Connections with
/// the same destination share it, and with it its sessions.
final class DestinationOpening: Sendable {
    private let standard: String
    private let named: [String: Settings.DestinationURL]
    private let logger: Logger
    private let opened = Mutex<[DestinationSettings: any Destination]>([:])

    init(_ settings: Settings, logger: Logger) {
        standard = settings.destination
        named = settings.destinations
        self.logger = logger
    }

    /// Connects to nothing yet.
    /// - Throws: `DestinationSettingsError`, `SecretError`, or ``ConfigurationError`` for a name that is not configured.
    func open(for connection: ConnectionDefinition) throws -> any Destination {
        let settings = try settings(of: connection.destination, place: "connection \(connection.key)")
        try Failpoint.checkLocal(settings.isLocal, "the database of \(connection.key)")
        return try opened.withLock { opened in
            if let destination = opened[settings] { return destination }
            // Where the password was changed, the former one ends with the schemas that are open in it.
            opened = opened.filter { !$0.key.isSame(as: settings) }
            let destination = try DestinationKind.open(settings, logger: logger)
            opened[settings] = destination
            return destination
        }
    }

    /// What is configured of a destination, its password read.
    /// - Parameters:
    ///   - name: a name of `destinations` or a URL; nil: the configuration's own.
    ///   - place: who names it, for errors.
    /// - Throws: as ``open(for:)``.
    func settings(of name: String?, place: String = "--destination") throws -> DestinationSettings {
        let given = name ?? standard
        if let destination = named[given] { return try settings(destination) }
        guard name == nil || given.contains(":") else {
            throw ConfigurationError.missing(
                path: "destinations.\(given)",
                place: place,
                example: "destinations: { \(given): { url: ... } }"
            )
        }
        return try settings(Settings.DestinationURL(url: given))
    }

    private func settings(_ destination: Settings.DestinationURL) throws -> DestinationSettings {
        var settings = DestinationSettings(url: destination.url, sslmode: destination.sslmode)
        settings.password = try destination.password.map { try SecretResolver().resolve($0) }
        if let certificate = destination.sslrootcert { settings.options["sslrootcert"] = certificate }
        return settings
    }
}
