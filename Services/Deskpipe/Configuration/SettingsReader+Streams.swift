import Catalog
import Model

/// What a connection reads: which streams, which of their columns, how often.
extension SettingsReader {
    /// `streams: { include: [...], exclude: [...] }`, names or patterns such as `talk_*`.
    func streams(source: Source) throws(ConfigurationError) -> StreamSelection {
        let streams = try mapping("streams")
        let selection = StreamSelection(
            include: try streams.texts("include"),
            exclude: try streams.texts("exclude") ?? []
        )
        try streams.finish()
        do {
            _ = try Catalog.streams(of: source, selectedBy: selection)
        } catch {
            throw invalid("streams", error.message)
        }
        return selection
    }

    /// `columns: { users: { exclude: [phone, photo.*] } }`: paths, or patterns of declared ones. Keys and replication
    /// keys cannot be excluded: by name it is an error, a pattern passes them over.
    func excludedColumns(source: Source) throws(ConfigurationError) -> [StreamName: [String]] {
        let columns = try mapping("columns")
        var excluded: [StreamName: [String]] = [:]
        for name in columns.names() {
            let stream = try columns.stream(name, of: source)
            let selection = try columns.mapping(name)
            let texts = try selection.texts("exclude") ?? []
            excluded[stream.name] = try selection.checked("exclude") { () throws(SettingProblem) in
                try DeclaredPaths(stream.schema).excluded(by: texts)
            }
            try selection.finish()
        }
        try columns.finish()
        return excluded
    }

    /// `intervals: { tags: 12h }`: how often a stream is read at most, in seconds.
    func intervals(source: Source) throws(ConfigurationError) -> [StreamName: Int64]? {
        let reader = try mapping("intervals")
        var intervals: [StreamName: Int64] = [:]
        for name in reader.names() {
            let stream = try reader.stream(name, of: source)
            let expected = "a time such as 12h, at least 1m"
            guard let interval = try reader.value(name, expected: expected, Units.duration), interval >= .seconds(60)
            else { throw reader.wrong(name, expected) }
            intervals[stream.name] = interval.components.seconds
        }
        return intervals.isEmpty ? nil : intervals
    }

    /// The stream that a key of this mapping names.
    func stream(_ name: String, of source: Source) throws(ConfigurationError) -> StreamDefinition {
        if let stream = Catalog.stream(StreamName(rawValue: name), of: source) { return stream }
        let known = Catalog.streams(of: source).map(\.name.rawValue)
        let nearest = known.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
        throw invalid(name, "there is no stream `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")")
    }
}
