import Catalog
import Model

/// The paths that a stream declares, of columns and of the objects and arrays that these are in.
struct DeclaredPaths {
    /// What always stays: the key, and what the records are ordered by.
    let kept: Set<String>
    private let paths: [String]

    init(_ schema: StreamSchema) {
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
    func matching(_ pattern: String) -> [String] {
        let fitting = paths.filter { !kept.contains($0) && $0.matches(pattern: pattern) }
        return fitting.filter { path in !fitting.contains { path.hasPrefix("\($0).") } }
    }
}
