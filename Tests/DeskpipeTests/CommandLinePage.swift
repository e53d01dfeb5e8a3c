import Foundation

/// The generated part of docs/cli.md: every command, out of what the binary says of itself.
struct CommandLinePage: Decodable {
    static let begin = "<!-- generated from --help: begin -->"
    static let end = "<!-- generated from --help: end -->"

    struct Command: Decodable {
        var commandName: String
        var superCommands: [String]?
        var abstract: String?
        var discussion: String?
        var arguments: [Argument]?
        var subcommands: [Command]?
        var shouldDisplay: Bool?

        /// `deskpipe rejects list`
        var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

        /// This one and all below it.
        var all: [Command] { [self] + (subcommands ?? []).filter { $0.commandName != "help" }.flatMap(\.all) }
    }

    struct Argument: Decodable, Hashable {
        struct Name: Decodable, Hashable {
            var kind: String
            var name: String

            var text: String { (kind == "short" ? "-" : "--") + name }
        }

        var kind: String
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var defaultValue: String?
        var isOptional: Bool

        /// As it is written: `-c, --config FILE`.
        var text: String {
            let value = (valueName ?? "value").uppercased()
            let names = (names ?? []).sorted { ($0.kind == "short" ? 0 : 1) < ($1.kind == "short" ? 0 : 1) }
            switch kind {
            case "positional": return value
            case "option": return names.map(\.text).joined(separator: ", ") + " " + value
            default: return names.map(\.text).joined(separator: ", ")
            }
        }
    }

    var command: Command

    /// What each command has, and `version` and `help` of the whole.
    private static let everywhere: Set = [
        "config", "tenant", "connection", "log-level", "log-format", "version", "help",
    ]

    /// The commands below `deskpipe`.
    var commands: [Command] { Array(command.all.dropFirst()) }

    var text: String {
        "## Common options\n\nOf every command that has them:\n\n" + Self.table(common)
            + commands.map { section($0) }.joined()
    }

    /// Options of many commands that mean the same in each.
    private var common: [Argument] {
        let check = commands.first { $0.path == "deskpipe check" }
        return (check?.arguments ?? []).filter { Self.isCommon($0) }
    }

    private func section(_ command: Command) -> String {
        let level = command.superCommands?.count == 1 ? "##" : "###"
        let own = (command.arguments ?? []).filter { !(Self.isCommon($0) && common.contains($0)) }
        var text = "\n\(level) \(command.path)\n\n\(command.abstract ?? "")\n"
        if let discussion = command.discussion { text += "\n```\n\(discussion)\n```\n" }
        if !own.isEmpty { text += "\n" + Self.table(own) }
        return text
    }

    private static func isCommon(_ argument: Argument) -> Bool {
        (argument.names ?? []).contains { everywhere.contains($0.name) }
    }

    private static func table(_ arguments: [Argument]) -> String {
        "| option | meaning |\n|---|---|\n"
            + arguments.map { argument in
                let usual = argument.defaultValue.map { "; `\($0)` without it" } ?? ""
                let need = argument.isOptional || argument.defaultValue != nil ? "" : " **Needed.**"
                let meaning = (argument.abstract ?? "").replacing("|", with: "\\|")
                let sentence = usual.isEmpty ? meaning : String(meaning.trimmingSuffix(".")) + usual + "."
                return "| `\(argument.text)` | \(sentence)\(need) |\n"
            }.joined()
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> Substring {
        hasSuffix(suffix) ? dropLast(suffix.count) : self[...]
    }
}
