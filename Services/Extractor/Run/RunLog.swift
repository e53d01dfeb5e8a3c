package import Logging
package import Model

/// Where a run says what it does: to stderr, and through its ``RunChannel`` to `{ns}.logs.extraction`.
package final class RunLog: Sendable {
    private let connection: ConnectionKey
    private let run: RunID
    private let clock: any WallClock
    private let logger: Logger
    private let keep: @Sendable (LogLine) -> Void

    /// - Parameter keep: takes each line for the topic; never waits.
    package init(
        _ connection: ConnectionKey,
        run: RunID,
        clock: any WallClock,
        logger: Logger,
        keep: @escaping @Sendable (LogLine) -> Void = { _ in }
    ) {
        self.connection = connection
        self.run = run
        self.clock = clock
        self.logger = logger
        self.keep = keep
    }

    /// - Parameters:
    ///   - message: constant text; what differs goes into `facts`, never a secret or a record's content.
    ///   - stream: nil for a line about the run as a whole.
    package func log(
        _ level: LogLine.Level,
        _ stream: StreamName?,
        _ message: String,
        _ facts: [String: String] = [:]
    ) {
        let line = LogLine(
            time: clock.now(),
            level: level,
            run: run,
            connection: connection,
            stream: stream,
            message: message,
            facts: facts
        )
        keep(line)
        write(line)
    }

    private func write(_ line: LogLine) {
        var metadata: Logger.Metadata = [
            LogKeys.connection: "\(connection)", LogKeys.run: "\(line.run)",
        ]
        if let stream = line.stream { metadata[LogKeys.stream] = "\(stream)" }
        for (name, value) in line.facts { metadata[name] = "\(value)" }
        logger.log(level: Logger.Level(line.level), "\(line.message)", metadata: metadata)
    }
}

extension Logger.Level {
    fileprivate init(_ level: LogLine.Level) {
        switch level {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
