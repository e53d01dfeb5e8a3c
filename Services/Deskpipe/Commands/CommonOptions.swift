import ArgumentParser
import Console
import Foundation
import Logging
import Model
import ServiceRuntime

/// The flags that every command takes.
struct CommonOptions: ParsableArguments {
    static let usualFile = "deskpipe.yaml"

    @Option(name: .shortAndLong, help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
    var config = CommonOptions.usualFile

    @Option(help: "Only this tenant's connections.")
    var tenant: String?

    @Option(help: "Only this connection.")
    var connection: String?

    @Option(
        help: "trace, debug, info, notice, warning, error or critical.",
        completion: .list(Logger.Level.allCases.map(\.rawValue)),
        transform: CommonOptions.level
    )
    var logLevel: Logger.Level = .warning

    @Option(help: "text or json.", completion: .list(["text", "json"]), transform: CommonOptions.format)
    var logFormat: LogFormat = .text

    /// False where no file is named and there is none by the usual name.
    var hasFile: Bool { config != Self.usualFile || FileManager.default.fileExists(atPath: config) }

    func settings() throws -> Settings {
        var settings = try Settings(file: config)
        settings.connections = settings.connections.filter { selects($0.definition.key) }
        return settings
    }

    /// The connections that the flags select.
    var filter: ConnectionFilter { ConnectionFilter(tenant: tenant, connection: connection) }

    func selects(_ key: ConnectionKey) -> Bool { filter.allows(key) }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else { throw ValidationError("there is no log level \(text)") }
        return level
    }

    private static func format(_ text: String) throws -> LogFormat {
        guard let format = LogFormat(rawValue: text) else { throw ValidationError("there is no log format \(text)") }
        return format
    }

    func logger(_ label: String) -> Logger {
        Logger(label: label) { StandardErrorHandler(label: $0, level: logLevel, format: logFormat) }
    }
}

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
}

struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "table or json.")
    var output: OutputFormat = .table
}
