import Catalog
import Model
import ServiceRuntime

/// A stream as `streams` shows it.
struct StreamRow: Encodable {
    var connection: String?
    var source: String
    var stream: String
    var table: String
    var isSelected: Bool
    /// incremental, kept (read whole, rows stay) or full (read whole, rows replaced).
    var method: String
    var key: [String]
    var replicationKey: String?
    /// The plan or product that it needs.
    var plan: String?
    /// What came of it; nil where nothing is known.
    var verdict: String?
    /// What a request is made for, where that is not a page of records.
    var requests: String?

    enum CodingKeys: String, CodingKey {
        case connection, source, stream, table, method, key, plan, verdict, requests
        case isSelected = "selected"
        case replicationKey = "replication_key"
    }

    init(_ stream: StreamDefinition, connection: ConnectionKey?, isSelected: Bool) {
        self.connection = connection?.description
        source = stream.source.rawValue
        self.stream = stream.name.rawValue
        table = stream.name.rawValue
        self.isSelected = isSelected
        method = stream.schema.replication.rawValue
        key = stream.schema.key
        replicationKey = stream.schema.replicationKey
        plan = stream.gate
        requests =
            switch stream.origin {
            case .request: nil
            case .field(_, let parent), .list(_, let parent), .elements(_, let parent): "none: with \(parent)"
            case .perRecord(_, let parent): "one for each of \(parent)"
            }
    }

    /// The rows as a table, with the connection, or without one the source, where there are several.
    static func table(_ rows: [StreamRow]) -> [String] {
        let groups = rows.map { $0.connection ?? $0.source }
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("stream", .left), ("selected", .left), ("method", .left), ("key", .left), ("replication key", .left),
            ("requests", .left), ("needs", .left), ("verdict", .left),
        ]
        let hasGroups = Set(groups).count > 1
        if hasGroups { columns.insert((rows.first?.connection == nil ? "source" : "connection", .left), at: 0) }
        var table = TextTable(columns)
        for (row, group) in zip(rows, groups) {
            var cells = [
                row.stream, row.isSelected ? "yes" : "", row.method, row.key.joined(separator: ", "),
                row.replicationKey ?? "", row.requests ?? "", row.plan ?? "", (row.verdict ?? "").escapedForLogs,
            ]
            if hasGroups { cells.insert(group, at: 0) }
            table.add(cells)
        }
        return table.lines()
    }
}
