package import Model

/// Every stream that Deskpipe knows. A new one is one entry here and its sample page under Tests.
package enum Catalog {
    package static let streams: [StreamDefinition] =
        Support.streams + Talk.streams + HelpCenter.streams + Chat.streams

    package static func streams(of source: Source) -> [StreamDefinition] {
        streams.filter { $0.source == source }
    }

    package static func stream(_ name: StreamName, of source: Source) -> StreamDefinition? {
        streams.first { $0.source == source && $0.name == name }
    }

    /// The streams that a selection takes, in the catalogue's order. Names may be patterns such as `talk_*`; these, like
    /// `*`, take no stream with a request per parent record beyond the default ones.
    ///
    /// - Throws: ``CatalogError/unknownStream(_:nearest:)`` for a name that the source does not have.
    package static func streams(
        of source: Source,
        selectedBy selection: StreamSelection
    ) throws(CatalogError) -> [StreamDefinition] {
        let known = streams(of: source)
        for name in (selection.include ?? []) + selection.exclude where name != "*" {
            guard known.contains(where: { $0.name.rawValue.matches(pattern: name) }) else {
                throw .unknownStream(name, nearest: nearest(to: name, among: known.map(\.name.rawValue)))
            }
        }
        return known.filter { stream in
            let name = stream.name.rawValue
            guard let include = selection.include else {
                return stream.isDefault && !selection.exclude.contains(where: name.matches)
            }
            let isCheap = stream.isDefault || !stream.hasRequestPerRecord
            let included = include.contains { $0 == name || (isCheap && name.matches(pattern: $0)) }
            return included && !selection.exclude.contains(where: name.matches)
        }
    }

    private static func nearest(to name: String, among names: [String]) -> String? {
        names.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
    }
}

/// What can be wrong with a selection.
package enum CatalogError: ExplainedError, Hashable {
    case unknownStream(String, nearest: String?)

    package var message: String {
        switch self {
        case .unknownStream(let name, let nearest):
            "there is no stream `\(name)`\(nearest.map { "; did you mean `\($0)`?" } ?? "")"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
