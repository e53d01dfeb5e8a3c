import ArgumentParser
import Console
import Failpoints
import Foundation
import Logging
import Model
import ServiceRuntime
import Transports

/// The flags that every command takes.
struct CommonOptions: ParsableArguments {
    static let usualFile = "deskpipe.yaml"

    @Option(
        name: [.customShort("c"), .customLong("config")],
        help: "The configuration file; deskpipe.yaml without it.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var named: String?

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

    /// The file that is named, or the usual one.
    var config: String { named ?? Self.usualFile }

    /// False where no file is named and there is none by the usual name.
    var hasFile: Bool { named != nil || FileManager.default.fileExists(atPath: config) }

    /// Whether there is something to go by: a file, or what a `deskpipe run` without one has left.
    var hasSettings: Bool { hasFile || ((try? settingsWithoutFile()) ?? nil) != nil }

    func settings() throws -> Settings {
        var settings = try settingsWithoutFile() ?? Settings(file: config)
        try Self.arm(settings)
        settings.connections = settings.connections.filter { selects($0.definition.key) }
        return settings
    }

    /// What a `deskpipe run` without a file begins with.
    func firstSettings() throws -> Settings {
        let settings = try Settings.ofEnvironment()
        try Self.arm(settings)
        return settings
    }

    /// What `deskpipe run` without a file goes by; nil where there is a file, and where it has not been.
    private func settingsWithoutFile() throws -> Settings? {
        guard !hasFile else { return nil }
        let settings = try Settings.ofEnvironment()
        let hasBeen = try TransportOpening.isEmbedded(settings) && TransportOpening.hasLog(settings)
        return hasBeen ? settings : nil
    }

    private static func arm(_ settings: Settings) throws {
        try Failpoint.arm(from: ProcessInfo.processInfo.environment, on: settings)
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
