import Messaging
import Model

/// Reads logs of runs from their topic. Lines are not kept: what is kept is where each run's lines are, so that a log is
/// found without reading all others.
actor RunLogs {
    /// Lines that a page shows.
    static let mostLines = 5000
    /// Runs whose place is kept in mind: 60 days of some thirty connections that run every half hour. Logs of older ones
    /// are looked for from the start.
    private static let mostRuns = 100_000

    private let transport: any Transport
    private let topic: String
    private var spans: [RunID: ClosedRange<Int64>] = [:]
    private var next: [Int32: Int64] = [:]

    init(_ transport: any Transport, topic: String) {
        self.transport = transport
        self.topic = topic
    }

    /// The lines of a run that a filter wants.
    func log(of run: RunID, _ key: ConnectionKey, _ filter: LogFilter) async throws -> RunLog {
        var log = RunLog(run: run, lines: [], isCut: false, end: 0)
        log.end = try await lines(of: run, key, from: 0) { line in
            guard filter.wants(line) else { return }
            log.lines.append(line)
            if log.lines.count > 2 * Self.mostLines {
                log.lines.removeFirst(Self.mostLines)
                log.isCut = true
            }
        }
        if log.lines.count > Self.mostLines {
            log.lines.removeFirst(log.lines.count - Self.mostLines)
            log.isCut = true
        }
        return log
    }

    /// Gives each line of a run.
    /// - Parameter offset: the first that is looked at.
    /// - Returns: the offset after the last one that was looked at.
    func lines(
        of run: RunID,
        _ key: ConnectionKey,
        from offset: Int64,
        _ take: (LogLine) throws -> Void
    ) async throws -> Int64 {
        let partition = transport.partition(of: key)
        try await note(partition)
        let end = next[partition] ?? 0
        guard let span = spans[run], span.upperBound >= offset else { return end }
        try await read(partition, from: max(offset, span.lowerBound), through: span.upperBound) { _, line in
            if line.run == run, line.key == key { try take(line) }
        }
        return end
    }

    /// Takes in where the runs' lines are that came since the last time.
    private func note(_ partition: Int32) async throws {
        var found: [RunID: ClosedRange<Int64>] = [:]
        let start = next[partition] ?? 0
        let end = try await read(partition, from: start, through: .max) { offset, line in
            found[line.run] = (found[line.run]?.lowerBound ?? offset)...offset
        }
        next[partition] = max(next[partition] ?? 0, end)
        spans.merge(found) { min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound) }
        if spans.count > Self.mostRuns {
            // Runs' names sort by their start.
            for run in spans.keys.sorted(by: { $0.rawValue < $1.rawValue }).prefix(Self.mostRuns / 10) {
                spans[run] = nil
            }
        }
    }

    /// - Returns: the offset after the last message that was read; `start` where there was none.
    @discardableResult
    private func read(
        _ partition: Int32,
        from start: Int64,
        through last: Int64,
        _ take: (Int64, LogLine) throws -> Void
    ) async throws -> Int64 {
        var end = start
        let reader = try await transport.reader(of: topic, partitions: [partition], from: [partition: start])
        try await reader.whileOpen {
            while let deliveries = try await reader.next(atMost: 1000) {
                for delivery in deliveries {
                    guard delivery.offset <= last else { return }
                    end = delivery.offset + 1
                    if let line = delivery.decoded(as: LogLine.self) { try take(delivery.offset, line) }
                }
            }
        }
        return end
    }
}
