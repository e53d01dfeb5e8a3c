import ArgumentParser
import Foundation
import Model
import Testing

@testable import Deskpipe

@Suite("docs/cli.md")
struct CommandLinePageTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/cli.md")

    private static func page() throws -> CommandLinePage {
        try JSONDecoder().decode(CommandLinePage.self, from: Data(Deskpipe._dumpHelp().utf8))
    }

    @Test("says of every command what --help says; DESKPIPE_UPDATE_DOCS=1 writes it anew")
    func generated() throws {
        let text = try String(contentsOf: Self.path, encoding: .utf8)
        let begin = try #require(text.range(of: CommandLinePage.begin + "\n"))
        let end = try #require(text.range(of: CommandLinePage.end))
        let expected = "\n" + (try Self.page().text) + "\n"
        if ProcessInfo.processInfo.environment["DESKPIPE_UPDATE_DOCS"] == "1" {
            let updated = text.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: expected)
            try updated.write(to: Self.path, atomically: true, encoding: .utf8)
        } else {
            #expect(text[begin.upperBound..<end.lowerBound] == expected)
        }
    }

    @Test("what people wrote names no command or option that is not there, and every exit code")
    func written() throws {
        let text = try String(contentsOf: Self.path, encoding: .utf8)
        let prose = try #require(text.components(separatedBy: CommandLinePage.begin).first)
        let commands = try Self.page().commands
        let names = Set(commands.map(\.commandName)).union(["help"])
        for match in prose.matches(of: /deskpipe ([a-z][a-z-]*)/) {
            #expect(names.contains(String(match.output.1)), "deskpipe \(match.output.1)")
        }
        let options = Set(commands.flatMap { ($0.arguments ?? []).flatMap { ($0.names ?? []).map(\.text) } })
        for match in prose.matches(of: /--[a-z][a-z-]+/) {
            let option = String(match.output)
            #expect(options.contains(option) || option == "--generate-completion-script", "\(option)")
        }
        for code in 0...127 where ExitCode(rawValue: Int32(code)) != nil {
            #expect(prose.contains("\n| \(code) |"), "\(code) is not told")
        }
    }

    @Test("the help of each command has an example of it")
    func examples() throws {
        for command in try Self.page().commands {
            #expect(command.discussion?.contains(command.path) == true, "\(command.path)")
            #expect(command.abstract?.isEmpty == false && command.shouldDisplay != false, "\(command.path)")
        }
    }

    @Test(
        "completion is made for each shell, with commands and what options may be",
        arguments: [CompletionShell.bash, .zsh, .fish]
    )
    func completion(shell: CompletionShell) {
        let script = Deskpipe.completionScript(for: shell)
        for word in ["init", "status", "alerts", "ticket_audits", "zendesk-chat", "--watch".replacing("--", with: "")] {
            #expect(script.contains(word), "\(word)")
        }
    }
}
