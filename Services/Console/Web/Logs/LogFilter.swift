import Foundation
import Model

/// Which lines of a run's log are wanted.
struct LogFilter: Hashable, Sendable {
    /// At least this level.
    var level = LogLine.Level.debug
    /// Only lines that hold this, in whatever case.
    var search: String?

    init() {}

    init(_ query: FormFields) {
        level = query["level"].flatMap(LogLine.Level.init(rawValue:)) ?? .debug
        search = query["search"].map { String($0.prefix(200)) }
    }

    func wants(_ line: LogLine) -> Bool {
        guard line.level >= level else { return false }
        guard let search else { return true }
        return line.text.range(of: search, options: .caseInsensitive) != nil
            || line.stream?.rawValue.range(of: search, options: .caseInsensitive) != nil
    }

    /// The same filter as fields of an address, each after a `&`.
    var query: String {
        var query = level == .debug ? "" : "&level=\(level.rawValue)"
        if let search { query += "&search=\(PercentText.encoded(search))" }
        return query
    }
}

extension LogLine {
    /// What it says, with its facts; control characters made visible.
    var text: String {
        var text = message.escapedForPeople
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            let shown = value.escapedForPeople
            text += " \(name.escapedForPeople)=\(shown.contains(" ") || shown.isEmpty ? "\"\(shown)\"" : shown)"
        }
        return text
    }

    /// As a line of a text file.
    var plainText: String {
        let stream = stream.map { " \($0.rawValue.escapedForPeople)" } ?? ""
        return "\(time.formatted()) \(level.rawValue.uppercased())\(stream): \(text)\n"
    }
}
