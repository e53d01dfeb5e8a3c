package import Model

/// Which lines of the log are wanted: of a run that was named, else of the last run of each connection.
package struct LogSelection: Sendable {
    /// What is kept of one run, the newest lines: a log has no bound, what is shown at once has.
    package static let mostLines = 100_000

    private let filter: ConnectionFilter
    private let run: String?
    private let level: LogLine.Level
    private let stream: StreamName?
    private var lines: [ConnectionKey: [LogLine]] = [:]
    private var lastRuns: [ConnectionKey: RunID] = [:]

    /// - Parameter run: how the run's name begins; nil: the last one of each connection.
    package init(
        of filter: ConnectionFilter = ConnectionFilter(),
        run: String?,
        level: LogLine.Level,
        stream: StreamName?
    ) {
        self.filter = filter
        self.run = run?.uppercased()
        self.level = level
        self.stream = stream
    }

    /// What was found, by time.
    package var found: [LogLine] {
        lines.values.flatMap { $0 }.sorted { ($0.time, $0.key) < ($1.time, $1.key) }
    }

    package func wants(_ line: LogLine) -> Bool {
        filter.allows(line.key) && line.level >= level && (stream == nil || line.stream == stream)
            && (run.map { line.run.rawValue.uppercased().hasPrefix($0) } ?? true)
    }

    package mutating func add(_ line: LogLine) {
        guard filter.allows(line.key) else { return }
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
