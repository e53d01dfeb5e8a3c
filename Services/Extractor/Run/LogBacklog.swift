package import Model

/// Lines of a run's log that wait to be published: bounded, the oldest go first and are counted.
package struct LogBacklog: Sendable {
    private let maxLines: Int
    private let maxBytes: Int
    private var lines: [LogLine] = []
    private var bytes = 0
    /// Since lines were last taken.
    private var dropped = 0

    /// What a fact may have, in characters: an answer's words may be among them.
    private static let longestFact = 2000

    package init(maxLines: Int = 2000, maxBytes: Int = 1 << 20) {
        self.maxLines = maxLines
        self.maxBytes = maxBytes
    }

    package mutating func add(_ line: LogLine) {
        var line = line
        for (name, value) in line.facts where value.utf8.count > Self.longestFact {
            line.facts[name] = String(value.prefix(Self.longestFact)) + "…"
        }
        lines.append(line)
        bytes += Self.size(of: line)
        shrink()
    }

    /// What ``take()`` gives.
    package struct Batch: Sendable {
        fileprivate var lines: [LogLine]
        fileprivate var dropped: Int

        /// The lines, oldest first, after one that says how many are missing before them.
        package var told: [LogLine] {
            guard dropped > 0, var notice = lines.first else { return lines }
            notice.level = .warning
            notice.stream = nil
            notice.message = "lines before this one are missing: the log did not answer"
            notice.facts = ["lines": "\(dropped)"]
            return [notice] + lines
        }
    }

    /// Takes all lines.
    package mutating func take() -> Batch {
        defer {
            lines = []
            bytes = 0
            dropped = 0
        }
        return Batch(lines: lines, dropped: dropped)
    }

    /// Gives back lines that could not be published.
    package mutating func putBack(_ batch: Batch) {
        lines = batch.lines + lines
        bytes += batch.lines.reduce(0) { $0 + Self.size(of: $1) }
        dropped += batch.dropped
        shrink()
    }

    private mutating func shrink() {
        var surplus = max(0, lines.count - maxLines)
        var freed = lines.prefix(surplus).reduce(0) { $0 + Self.size(of: $1) }
        while bytes - freed > maxBytes, surplus < lines.count - 1 {
            freed += Self.size(of: lines[surplus])
            surplus += 1
        }
        lines.removeFirst(surplus)
        bytes -= freed
        dropped += surplus
    }

    private static func size(of line: LogLine) -> Int {
        line.facts.reduce(200 + line.message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count + 8 }
    }
}
