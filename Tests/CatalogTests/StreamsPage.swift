import Catalog
import Model

/// The generated part of docs/streams.md.
enum StreamsPage {
    static let begin = "<!-- generated from the catalogue: begin -->"
    static let end = "<!-- generated from the catalogue: end -->"

    static var text: String {
        let products = [
            ("Support", Support.streams), ("Talk", Talk.streams), ("Help Center and community", HelpCenter.streams),
            ("Chat", Chat.streams),
        ]
        return products.map { "## \($0)\n\n" + table(of: $1) }.joined(separator: "\n") + "\n## Sub-tables\n\n"
            + Catalog.streams.compactMap(subtables).joined(separator: "\n") + "\n"
    }

    private static func table(of streams: [StreamDefinition]) -> String {
        let head = [
            "stream = table", "method", "key", "replication key", "read from", "requests", "every", "needs", "default",
        ]
        let rows = streams.map { stream in
            [
                "`\(stream.name)`", method(stream.schema.replication), names(stream.schema.key),
                names([stream.schema.replicationKey].compactMap(\.self)), source(of: stream.origin),
                requests(for: stream.origin), stream.interval.map { "\($0.components.seconds / 3600) h" } ?? "run",
                stream.gate ?? "", stream.isDefault ? "yes" : "",
            ]
        }
        return ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
    }

    private static func method(_ replication: Replication) -> String {
        switch replication {
        case .incremental: "incremental"
        case .kept: "full, rows kept"
        case .full: "full"
        }
    }

    private static func names(_ names: [String]) -> String {
        names.isEmpty ? "-" : names.map { "`\($0)`" }.joined(separator: ", ")
    }

    private static func source(of origin: Origin) -> String {
        switch origin {
        case .request(let request): "`\(request.path)`"
        case .field(let field, let parent): "`\(field)` of `\(parent)`"
        case .list(let list, let parent): "`\(list)` beside `\(parent)`"
        case .elements(let elements, let parent): "`\(elements.list)` of `\(parent)`"
        case .perRecord(let request, _):
            "`\(request.path)`" + (request.parentKey.map { ", its `{id}` as `\($0)`" } ?? "")
        }
    }

    private static func requests(for origin: Origin) -> String {
        switch origin {
        case .request(let request) where request.dialect == .singlePage: "1"
        case .request(let request):
            if let larger = request.largerPageSize {
                "1 per \(larger), or \(request.pageSize) where refused"
            } else {
                "1 per \(request.pageSize)"
            }
        case .perRecord(_, let parent): "1 or more per record of `\(parent)`"
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent): "those of `\(parent)`"
        }
    }

    /// A line with the tables that a stream's declared arrays make; nil for one without.
    private static func subtables(of stream: StreamDefinition) -> String? {
        let name = stream.name.rawValue
        let tables = Set(stream.schema.columns.map { TablePlace(of: $0.path, in: name).table }).subtracting([name])
        guard !tables.isEmpty else { return nil }
        let product = stream.source == .chat ? " (Chat)" : ""
        return "- `\(name)`\(product): " + tables.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }
}
