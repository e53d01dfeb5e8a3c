package import Loader
package import Logging
import Model

/// The destinations there are, by the scheme of their URL. A new one is a folder and a case here.
package enum DestinationKind: String, CaseIterable, Sendable {
    /// `sqlite:DIRECTORY`: a file for each schema.
    case sqlite
    /// `postgresql://user@host:port/database`, also written `postgres://`.
    case postgresql
    /// `files:DIRECTORY`: JSON Lines by table, in a directory for each schema.
    case files

    /// The kind that a URL names; nil for a scheme that is none.
    package init?(url: String) {
        guard let colon = url.firstIndex(of: ":") else { return nil }
        switch url[..<colon].lowercased() {
        case "sqlite": self = .sqlite
        case "postgresql", "postgres": self = .postgresql
        case "files": self = .files
        default: return nil
        }
    }

    /// Makes the destination that the settings name. Connects to nothing yet.
    /// - Throws: ``DestinationSettingsError``.
    package static func open(_ settings: DestinationSettings, logger: Logger) throws -> any Destination {
        switch DestinationKind(url: settings.url) {
        case .sqlite:
            SQLiteDestination(directory: try settings.directory(), logger: logger)
        case .postgresql:
            PostgreSQLDestination(settings: try PostgreSQLSettings(settings), logger: logger)
        case .files:
            FilesDestination(directory: try settings.directory(), logger: logger)
        case nil:
            throw DestinationSettingsError.unknownScheme(settings.url)
        }
    }
}

extension DestinationSettings {
    /// True where what it names is on this machine.
    package var isLocal: Bool {
        guard DestinationKind(url: url) == .postgresql else { return true }
        // What cannot be read is nobody's, and is refused with its own words when it is opened.
        return (try? PostgreSQLSettings(self).isLocal) ?? true
    }
}
