import Console
import Model

/// What an operator can tell a connection, each with what it will do.
struct ConnectionActions {
    struct Button {
        let command: String
        let name: String
        let effect: String
        let isMain: Bool
    }

    let path: String
    let buttons: [Button]
    /// For a reset: the streams that can be read again, and what each reading costs.
    let streams: [String]

    init(_ view: ConnectionView) {
        path = "\(view.connection.key.path)/commands"
        let isRunning = view.connection.progress != nil
        let isPaused = view.extraction.pausedSince != nil
        var buttons: [Button] = []
        if isRunning {
            buttons.append(.stop)
        } else {
            buttons.append(isPaused ? .runPaused : .run)
        }
        buttons += [isPaused ? .resume : .pause, .check]
        self.buttons = buttons
        streams = view.streams.map(\.stream.rawValue)
    }
}

extension ConnectionActions.Button {
    fileprivate static let run = Self(
        command: "run",
        name: "Run now",
        effect: "Begins a run at once. The schedule stays as it is.",
        isMain: true
    )
    fileprivate static let runPaused = Self(
        command: "run",
        name: "Run now",
        effect: "Begins one run at once. The connection stays paused.",
        isMain: true
    )
    fileprivate static let stop = Self(
        command: "stop",
        name: "Stop the run",
        effect:
            "Ends the run under way at its next page. What is extracted still loads; the next run goes on from there.",
        isMain: true
    )
    fileprivate static let pause = Self(
        command: "pause",
        name: "Pause",
        effect: "Begins no more scheduled runs until you resume. A run under way goes on, and what is extracted loads.",
        isMain: false
    )
    fileprivate static let resume = Self(
        command: "resume",
        name: "Resume",
        effect: "Runs on its schedule again.",
        isMain: true
    )
    fileprivate static let check = Self(
        command: "check",
        name: "Check",
        effect:
            "Tries login, role, plan and each stream at Zendesk, and says what to do where it fails. Nothing changes.",
        isMain: false
    )
}
