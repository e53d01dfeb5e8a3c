import Model

/// Why no configuration was written.
enum InitError: ExplainedError, Hashable {
    case exists(file: String)
    /// The input ended before this was answered.
    case unanswered(question: String, flag: String)
    case refused(flag: String, problem: String)
    /// A secret stands on the command line, which others can read.
    case secretOnCommandLine(flag: String)
    case notWritten(file: String)

    var message: String {
        switch self {
        case .exists(let file):
            "\(file) is there already; --force replaces it, --config names another, --print only shows"
        case .unanswered(let question, let flag):
            "the input ended before \"\(question)\" was answered; answer it, or give \(flag)"
        case .refused(let flag, let problem): "\(flag): \(problem)"
        case .secretOnCommandLine(let flag):
            "\(flag) takes a reference, env:NAME or file:PATH: others can read a command line; leave it out to be asked"
        case .notWritten(let file): "\(file) cannot be written; give this user the right to write there"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .exists, .notWritten: .configuration
        case .unanswered, .refused, .secretOnCommandLine: .usage
        }
    }
    var recovery: Recovery { .stop }
}
