import Foundation

/// Standard output as it is: a terminal that lines can be redrawn on, or a pipe that gets plain lines.
struct Terminal: Sendable {
    let isInteractive: Bool
    let usesColour: Bool
    let width: Int
    let height: Int

    /// Standard output.
    static var output: Terminal { Terminal(descriptor: STDOUT_FILENO) }

    /// What tables are fitted to; nil for a pipe, which gets all of them.
    var tableWidth: Int? { isInteractive ? width : nil }

    init(descriptor: Int32 = STDERR_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment) {
        isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        usesColour = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = known ? Int(size.ws_col) : 100
        height = known && size.ws_row > 0 ? Int(size.ws_row) : 40
    }

    init(isInteractive: Bool, usesColour: Bool, width: Int, height: Int = 40) {
        self.isInteractive = isInteractive
        self.usesColour = usesColour
        self.width = width
        self.height = height
    }

    /// Results go to standard output, so that a pipe carries nothing else.
    static func print(_ lines: [String]) {
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    /// A result as JSON that people can read.
    static func print(json value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print([String(decoding: try encoder.encode(value), as: UTF8.self)])
    }

    /// Progress and remarks go to standard error.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    func dimmed(_ text: String) -> String { usesColour ? "\u{1b}[2m\(text)\u{1b}[0m" : text }
    func yellow(_ text: String) -> String { usesColour ? "\u{1b}[33m\(text)\u{1b}[0m" : text }
    func red(_ text: String) -> String { usesColour ? "\u{1b}[31m\(text)\u{1b}[0m" : text }
    func green(_ text: String) -> String { usesColour ? "\u{1b}[32m\(text)\u{1b}[0m" : text }
}
