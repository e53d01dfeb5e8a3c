import Console
import Foundation
import Model
import Testing

@testable import Deskpipe

@Suite("Log lines on a terminal")
struct LogsTests {
    @Test("the last run of each connection is shown, or the one that is named")
    func selection() throws {
        let lines = try [
            Self.line("01A", "support", .info, 1), Self.line("01B", "support", .debug, 2),
            Self.line("01A", "chat", .warning, 3), Self.line("01B", "support", .error, 4, stream: "users"),
            Self.line("01A", "support", .error, 5),
        ]
        #expect(Self.found(lines, run: nil) == [2, 3, 4])
        #expect(Self.found(lines, run: "01a") == [1, 3, 5])
        #expect(Self.found(lines, run: nil, level: .warning) == [3, 4])
        #expect(Self.found(lines, run: nil, stream: "users") == [4])
    }

    @Test("a line is one line, without anything that a terminal obeys, and coloured only where wanted")
    func text() throws {
        var line = try Self.line("01A", "support", .warning, 1, stream: "users")
        line.facts = ["answer": "no\n\u{1b}[31mred", "status": "403"]
        let plain = LogView(format: .table, terminal: Self.terminal(colour: false)).text(line)
        #expect(
            plain == "1970-01-01T00:00:01.000Z WARNING acme/support users: said "
                + "answer=no\\u{a}\\u{1b}[31mred status=403"
        )
        let coloured = LogView(format: .table, terminal: Self.terminal(colour: true)).text(line)
        #expect(coloured.contains("\u{1b}[33mWARNING\u{1b}[0m"))
    }

    @Test("NO_COLOR and a pipe take the colours away")
    func noColour() {
        #expect(Terminal(descriptor: -1, environment: [:]).usesColour == false)
        #expect(Terminal(descriptor: -1, environment: ["NO_COLOR": "1"]).usesColour == false)
    }

    private static func terminal(colour: Bool) -> Terminal {
        Terminal(isInteractive: colour, usesColour: colour, width: 100)
    }

    private static func found(
        _ lines: [LogLine],
        run: String?,
        level: LogLine.Level = .debug,
        stream: StreamName? = nil
    ) -> [Int64] {
        var selection = LogSelection(run: run, level: level, stream: stream)
        for line in lines { selection.add(line) }
        return selection.found.map(\.time.seconds)
    }

    private static func line(
        _ run: String,
        _ connection: String,
        _ level: LogLine.Level,
        _ second: Int64,
        stream: StreamName? = nil
    ) throws -> LogLine {
        let key = ConnectionKey(
            tenant: try #require(TenantID(rawValue: "acme")),
            connection: try #require(ConnectionID(rawValue: connection))
        )
        return LogLine(
            time: Timestamp(seconds: second),
            level: level,
            run: RunID(rawValue: run),
            connection: key,
            stream: stream,
            message: "said",
            facts: [:]
        )
    }
}
