import Console
import Foundation
import Model

/// The log of one run.
struct RunPage {
    struct Line {
        let time: Moment
        let level: String
        let levelName: String
        let stream: String?
        /// Parts of the message and its facts; those that were searched for are marked.
        let parts: [Part]
    }

    struct Part {
        let text: String
        let isFound: Bool
    }

    struct Level {
        let value: String
        let name: String
        let isChosen: Bool
    }

    let path: String
    /// The address of the connection's runs.
    let runs: String
    let run: String
    let row: ExtractionsPage.Row?
    let search: String
    let levels: [Level]
    let lines: [Line]
    let count: String
    let hasLines: Bool
    let isFiltered: Bool
    /// Where a script gets further lines; nil where the run has ended.
    let follow: String?
    let download: String
    let downloadJSON: String

    private let key: ConnectionKey
    private let name: String

    static func path(_ key: ConnectionKey, _ run: RunID) -> String { "\(key.path)/runs/\(run)" }

    init(_ log: RunLog, row: RunRow?, of key: ConnectionKey, name: String, filter: LogFilter) {
        self.key = key
        self.name = name
        let path = Self.path(key, log.run)
        self.path = path
        runs = "\(key.path)/extractions"
        run = log.run.rawValue
        self.row = row.map { ExtractionsPage.Row($0, of: key) }
        search = filter.search ?? ""
        levels = LogLine.Level.allCases.map {
            Level(value: $0.rawValue, name: "\(Words.label($0.rawValue)) and above", isChosen: $0 == filter.level)
        }
        lines = log.lines.map { Line($0, search: filter.search) }
        hasLines = !lines.isEmpty
        isFiltered = filter != LogFilter()
        count = log.isCut ? "the newest \(Words.count(lines.count))" : Words.count(lines.count)
        follow = row.map { $0.status == .running } == false ? nil : "\(path)/follow?after=\(log.end)\(filter.query)"
        download = "\(path)/log.txt"
        downloadJSON = "\(path)/log.jsonl"
    }

    func page() -> Page {
        Page(
            template: "run",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .extractions),
            content: self,
            terminal: "deskpipe logs \(key.flags) --run \(run)",
            json: "/api/v1/connections/\(key)/runs/\(run)/log",
            isLive: follow != nil
        )
    }
}

extension RunPage.Line {
    init(_ line: LogLine, search: String?) {
        time = Moment(line.time, precise: true)
        level = line.level.rawValue
        levelName = line.level.rawValue.uppercased()
        stream = line.stream?.rawValue.escapedForPeople
        parts = Self.parts(line.text, around: search)
    }

    /// The text cut where a searched word begins and ends; the whole where there is none.
    static func parts(_ text: String, around search: String?) -> [RunPage.Part] {
        guard let search, !search.isEmpty else { return [RunPage.Part(text: text, isFound: false)] }
        var parts: [RunPage.Part] = []
        var rest = text[...]
        while let found = rest.range(of: search, options: .caseInsensitive) {
            if found.lowerBound > rest.startIndex {
                parts.append(RunPage.Part(text: String(rest[..<found.lowerBound]), isFound: false))
            }
            parts.append(RunPage.Part(text: String(rest[found]), isFound: true))
            rest = rest[found.upperBound...]
        }
        if !rest.isEmpty { parts.append(RunPage.Part(text: String(rest), isFound: false)) }
        return parts
    }
}
