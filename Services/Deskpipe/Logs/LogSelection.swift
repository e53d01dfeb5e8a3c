import Model

/// Which lines of the log are wanted: of a run that was named, else of the last run of each connection.
struct LogSelection {
    /// What is kept of one run, the newest lines: a log has no bound, what is shown at once has.
    static let mostLines = 100_000

    private let run: String?
    private let level: LogLine.Level
    private let stream: StreamName?
    private var lines: [ConnectionKey: [LogLine]] = [:]
    private var lastRuns: [ConnectionKey: RunID] = [:]

    /// - Parameter run: how the run's name begins; nil: the last one of each connection.
    init(run: String?, level: LogLine.Level, stream: StreamName?) {
        self.run = run?.uppercased()
        self.level = level
        self.stream = stream
    }

    /// What was found, by time.
    var found: [LogLine] {
        lines.values.flatMap { $0 }.sorted { $0.time < $1.time }
    }

    func wants(_ line: LogLine) -> Bool {
        line.level >= level && (stream == nil || line.stream == stream)
            && (run.map { line.run.rawValue.uppercased().hasPrefix($0) } ?? true)
    }

    mutating func add(_ line: LogLine) {
        if run == nil {
            // Runs' names sort by their start.
            let last = lastRuns[line.key]
            if let last, line.run.rawValue < last.rawValue { return }
            if last != line.run {
                lastRuns[line.key] = line.run
                lines[line.key] = []
            }
        }
        guard wants(line) else { return }
        lines[line.key, default: []].append(line)
        if lines[line.key, default: []].count > 2 * Self.mostLines {
            lines[line.key]?.removeFirst(Self.mostLines)
        }
    }
}
