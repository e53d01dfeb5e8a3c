import Model

/// A command as it is shown to who gave it.
struct AskedCommand: Encodable {
    enum State: String, Encodable {
        /// An extractor has obeyed it, and what it does is durable.
        case acknowledged
        /// An extractor has read it, and cannot do it.
        case refused
        /// In the topic; nobody has answered yet.
        case waiting
    }

    var connection: String
    var command: Command.Kind
    var id: String
    var stream: StreamName?
    var state = State.waiting
    /// What that means, for people.
    var note: String?

    init(_ command: Command, to connection: ConnectionKey) {
        self.connection = connection.description
        self.command = command.type
        id = command.id
        stream = command.stream
    }

    /// - Parameter answer: what an extractor made of it.
    mutating func take(_ answer: ConnectionState.ObeyedCommand) {
        state = answer.refusal == nil ? .acknowledged : .refused
        note = answer.refusal ?? command.effect
    }

    /// - Parameter isExtractorRunning: nil where nobody can tell.
    mutating func explain(isExtractorRunning: Bool?, waited: Bool) {
        switch (state, isExtractorRunning) {
        case (.acknowledged, _), (.refused, _): break
        case (.waiting, false?): note = "no extractor is running: obeyed when one starts"
        case (.waiting, true?) where waited:
            note =
                "not obeyed yet: the running process keeps no schedule, or is busy; obeyed when it can be, within 7 days"
        case (.waiting, _) where waited: note = "no extractor has answered: obeyed when one starts, within 7 days"
        case (.waiting, _): note = "published"
        }
    }

    static func table(_ commands: [AskedCommand]) -> [String] {
        var table = TextTable([("connection", .left), ("command", .left), ("state", .left), ("", .left)])
        for command in commands {
            let what = command.command.rawValue + (command.stream.map { " \($0)" } ?? "")
            table.add([command.connection, what, command.state.rawValue, command.note ?? ""])
        }
        return table.lines()
    }
}

extension Command.Kind {
    /// What happens when it is obeyed, for people.
    fileprivate var effect: String {
        switch self {
        case .run: "a run begins"
        case .pause: "no more scheduled runs until `deskpipe resume`"
        case .resume: "runs on its schedule again"
        case .stop: "a run under way ends at its next page; what is extracted still loads"
        case .reset: "the next run reads it again"
        case .check: "is being checked"
        }
    }
}
