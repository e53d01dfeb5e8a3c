import Catalog
package import Model

/// Answers that are one line of text: on a terminal, or in a flag.
extension SetupAnswers {
    /// `30m`, `6h@02:00`, `@02:00` for once a day, or a cron expression such as `0 0 3 * * ?`.
    package mutating func chooseFrequency(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        if text.contains(where: \.isWhitespace) {
            self[.frequency] = SetupFrequency.cron.rawValue
            self[.cron] = text
        } else if parts.count == 2 {
            self[.frequency] = SetupFrequency.anchor.rawValue
            self[.every] = parts[0]
            self[.anchor] = parts[1]
        } else {
            self[.frequency] = SetupFrequency.interval.rawValue
            self[.every] = text
        }
    }

    /// `tickets, users, talk_*`, or `-tags` for the usual ones less some; empty: the usual ones.
    package mutating func chooseStreams(_ text: String, of source: Source) throws(SettingProblem) {
        let names = Self.names(text)
        let left = names.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
        let wanted = names.filter { !$0.hasPrefix("-") }
        guard !names.isEmpty else {
            streams = nil
            return
        }
        do {
            let selection = StreamSelection(include: wanted.isEmpty ? nil : wanted, exclude: left)
            streams = Set(try Catalog.streams(of: source, selectedBy: selection).map(\.name))
        } catch {
            throw .says(error.message)
        }
    }

    /// `users.phone, users.photo.*`: stream and path; empty: none.
    package mutating func chooseExcludedColumns(_ text: String, of source: Source) throws(SettingProblem) {
        var excluded: [StreamName: [String]] = [:]
        for name in Self.names(text) {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw .mustBe("a stream and a column of it, such as users.phone") }
            guard let stream = Catalog.stream(StreamName(rawValue: parts[0]), of: source) else {
                throw .says("there is no stream `\(parts[0])`")
            }
            excluded[stream.name, default: []] += try DeclaredPaths(stream.schema).excluded(by: [parts[1]])
        }
        excludedColumns = excluded
    }

    private static func names(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }
}
