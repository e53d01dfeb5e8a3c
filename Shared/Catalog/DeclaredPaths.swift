package import Model

/// The paths that a stream declares, of columns and of the objects and arrays that these are in.
package struct DeclaredPaths {
    /// What always stays: the key, and what the records are ordered by.
    package let kept: Set<String>
    /// In the order of the columns, each before what is in it.
    package let paths: [String]

    package init(_ schema: StreamSchema) {
        kept = Set(schema.key + [schema.replicationKey].compactMap(\.self))
        var seen: Set<String> = []
        var paths: [String] = []
        for column in schema.columns {
            let steps = column.path.replacing("[]", with: "").split(separator: ".")
            for length in 1...max(1, steps.count) {
                let path = steps.prefix(length).joined(separator: ".")
                if seen.insert(path).inserted { paths.append(path) }
            }
        }
        self.paths = paths
    }

    /// The paths that fit a pattern, but for those that always stay and those below another one that fits.
    package func matching(_ pattern: String) -> [String] {
        let fitting = paths.filter { !kept.contains($0) && $0.matches(pattern: pattern) }
        return fitting.filter { path in !fitting.contains { path.hasPrefix("\($0).") } }
    }

    /// What is cut out of the records for a list of paths and patterns, each once. Keys and replication keys cannot be
    /// excluded: by name it is a problem, a pattern passes them over.
    package func excluded(by texts: [String]) throws(SettingProblem) -> [String] {
        var excluded: [String] = []
        for text in texts {
            if text.contains("*") {
                let matching = matching(text)
                guard !matching.isEmpty else { throw .says("no declared column fits `\(text)`") }
                excluded += matching
            } else {
                guard !kept.contains(text) else {
                    throw .says("`\(text)` identifies or orders the records and always stays")
                }
                excluded.append(text)
            }
        }
        var seen: Set<String> = []
        return excluded.filter { seen.insert($0).inserted }
    }
}
