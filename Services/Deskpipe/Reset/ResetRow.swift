import Extractor
import Model

/// A stream as `reset` shows it.
struct ResetRow: Encodable {
    var connection: String
    var stream: String
    /// `changes`, `whole`, `pages` (of another stream) or `requests` (for each of another stream's records).
    var reading: String
    /// The other stream.
    var of: String?
    var since: Timestamp?
    /// The stream that it is read again for.
    var with: String?
    /// Streams beside it that keep their place.
    var keeping: [String]
    /// The reset's mark.
    var reset: Int64?

    enum CodingKeys: String, CodingKey {
        case connection, stream, reading, of, since, with, keeping, reset
    }

    init(_ step: ResetPlan.Step, _ connection: ConnectionKey, _ bookmark: Bookmark?) {
        self.connection = connection.description
        stream = step.stream.rawValue
        with = step.with?.rawValue
        keeping = step.keeping.map(\.rawValue)
        reset = bookmark?.reset
        switch step.reading {
        case .changes(let since): (reading, self.since) = ("changes", since)
        case .whole: reading = "whole"
        case .pages(let parent, let since): (reading, of, self.since) = ("pages", parent.rawValue, since)
        case .requests(let parent, let since): (reading, of, self.since) = ("requests", parent.rawValue, since)
        }
    }

    /// What the next run does, for people.
    var line: String {
        let since = since.map { " since \(Self.date($0))" } ?? ""
        let changed = since.isEmpty ? "" : " that changed\(since)"
        var text: String
        switch (reading, of) {
        case ("pages", let parent?): text = "is read again, for it alone, from the pages of \(parent)\(since)"
        case ("requests", let parent?): text = "is asked for again, for each of the \(parent)\(changed)"
        case ("changes", _): text = "is read again: all\(changed)"
        default: text = "is read again, all of it"
        }
        if let with { text += ", because its records bring rows of \(with)" }
        if !keeping.isEmpty {
            text += "; \(keeping.joined(separator: ", ")) \(keeping.count == 1 ? "keeps its" : "keep their") place"
        }
        return "\(connection)  \(stream)  \(text)"
    }

    /// `2025-11-20`, with the time where it is not midnight.
    private static func date(_ time: Timestamp) -> String {
        let text = time.formatted(.seconds)
        return text.hasSuffix("T00:00:00Z") ? String(text.prefix(10)) : text
    }
}
