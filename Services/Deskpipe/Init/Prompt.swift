import Foundation

/// Asks a person, or whatever is piped in, one line at a time. What is asked goes to standard error.
struct Prompt {
    let terminal: Terminal
    private let isInteractive: Bool

    init() {
        terminal = Terminal(descriptor: STDERR_FILENO)
        isInteractive = isatty(STDIN_FILENO) == 1
    }

    func say(_ lines: [String]) {
        for line in lines { Terminal.note(line) }
    }

    /// True where an answer that is refused can be given again.
    var canAskAgain: Bool { isInteractive }

    /// The next line, without the blanks around it; nil at the end of the input.
    /// - Parameters:
    ///   - suggestion: what an empty line means.
    ///   - isSecret: not shown while it is typed.
    func ask(_ question: String, suggestion: String? = nil, isSecret: Bool = false) async throws -> String? {
        let rest = suggestion.map { " \(terminal.dimmed("[\($0)]"))" } ?? ""
        FileHandle.standardError.write(Data("\(question)\(rest): ".utf8))
        guard isSecret, isInteractive else { return try await line() }
        return try await withoutEcho { try await line() }
    }

    private func line() async throws -> String? {
        let line = try await StandardInput.line()
        // What was piped in is not seen: the next question begins a line of its own.
        if !isInteractive { Terminal.note("") }
        return line
    }

    private func withoutEcho<Result>(_ body: () async throws -> Result) async throws -> Result {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return try await body() }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Terminal.note("")
        }
        return try await body()
    }
}
