import Extractor
import Foundation
import Loader
import Model
import ServiceRuntime
import Synchronization

/// Shows work as it goes on: on a terminal a block of lines that is redrawn, elsewhere plain lines now and then.
final class ProgressView: Sendable {
    private let terminal: Terminal
    private let clock: any WallClock
    private let state = Mutex(State())

    private struct State {
        var runs: [ConnectionKey: RunProgress] = [:]
        var loaded = 0
        var rejected = 0
        var drawnLines = 0
        var lastDrawn = Timestamp(microseconds: 0)
        /// What was last said of each stream on a pipe.
        var said: [String: String] = [:]
        var isFinished = false
    }

    init(terminal: Terminal, clock: any WallClock = SystemClock()) {
        self.terminal = terminal
        self.clock = clock
    }

    func show(_ progress: RunProgress) {
        state.withLock { state in
            let report = progress.report
            let key = report.key
            let waits = progress.waiting != state.runs[key]?.waiting
            let ends = report.status != .running && state.runs[key]?.report.status == .running
            state.runs[key] = progress
            draw(&state, atOnce: waits || ends)
            if ends { for note in RunNotes.lines(of: report) { remark(&state, note) } }
        }
    }

    func show(_ progress: LoaderProgress) {
        state.withLock { state in
            switch progress {
            case .loaded(_, let reports):
                state.loaded += reports.reduce(0) { $0 + $1.rowsLoaded }
                state.rejected += reports.reduce(0) { $0 + $1.rowsRejected }
                draw(&state, atOnce: false)
            case .setAside(let key, let message):
                remark(&state, "\(key) is not loaded for now: \(message.escapedForLogs)")
            case .resumed(let key):
                remark(&state, "\(key) is loaded again")
            case .assigned, .foreign:
                break
            }
        }
    }

    /// Draws the last state and leaves it standing.
    func finish() {
        state.withLock { state in
            draw(&state, atOnce: true)
            state.isFinished = true
        }
    }

    /// Says something that stays, above the block.
    private func remark(_ state: inout State, _ text: String) {
        if state.drawnLines > 0 {
            FileHandle.standardError.write(Data("\u{1b}[\(state.drawnLines)A\u{1b}[J".utf8))
            state.drawnLines = 0
        }
        Terminal.note(text)
        draw(&state, atOnce: true)
    }

    private func draw(_ state: inout State, atOnce: Bool) {
        let now = clock.now()
        let interval: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(5)
        guard !state.isFinished, atOnce || now - state.lastDrawn >= interval else { return }
        state.lastDrawn = now
        if terminal.isInteractive {
            redraw(&state)
        } else {
            say(&state, now: now)
        }
    }

    private func redraw(_ state: inout State) {
        var lines: [String] = []
        for (key, progress) in state.runs.sorted(by: { $0.key < $1.key }) {
            lines.append(terminal.dimmed(key.description))
            for stream in progress.report.streams { lines.append("  " + Self.line(stream)) }
            if let waiting = progress.waiting { lines.append("  " + Self.line(waiting)) }
        }
        lines.append("  " + Self.line(loaded: state.loaded, rejected: state.rejected))
        var text = state.drawnLines > 0 ? "\u{1b}[\(state.drawnLines)A" : ""
        for line in lines { text += "\u{1b}[2K\(line.prefix(terminal.width - 1))\n" }
        // Lines of an earlier, longer block are taken away.
        text += "\u{1b}[J"
        state.drawnLines = lines.count
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// Only what changed since it was last said.
    private func say(_ state: inout State, now: Timestamp) {
        var lines: [(name: String, text: String)] = []
        for (key, progress) in state.runs.sorted(by: { $0.key < $1.key }) {
            for stream in progress.report.streams where stream.status != .pending {
                lines.append(("\(key) \(stream.stream)", "\(key) \(Self.line(stream))"))
            }
            if let waiting = progress.waiting { lines.append(("\(key) waiting", "\(key) \(Self.line(waiting))")) }
        }
        if state.loaded > 0 || state.rejected > 0 {
            lines.append(("loaded", Self.line(loaded: state.loaded, rejected: state.rejected)))
        }
        for (name, text) in lines where state.said[name] != text {
            state.said[name] = text
            Terminal.note("\(now.formatted(.seconds)) \(text)")
        }
    }

    private static func line(_ stream: StreamReport) -> String {
        let name = stream.stream.rawValue.padding(
            toLength: max(16, stream.stream.rawValue.count),
            withPad: " ",
            startingAt: 0
        )
        let counts = "\(stream.records.counted("record")), \(stream.pages.counted("page"))"
        return "\(name) \(words(stream.status))  \(counts)"
    }

    private static func words(_ status: StreamReport.Status) -> String {
        switch status {
        case .pending: "waits    "
        case .running: "reads    "
        case .caughtUp: "caught up"
        case .continues: "continues"
        case .parked: "parked   "
        case .failed: "failed   "
        }
    }

    private static func line(_ wait: RunProgress.Wait) -> String {
        "\(wait.reason.escapedForLogs), until \(wait.until.formatted(.seconds))"
    }

    private static func line(loaded: Int, rejected: Int) -> String {
        "loaded \(loaded.grouped) rows" + (rejected > 0 ? ", rejected \(rejected.grouped)" : "")
    }
}
