import Loader

extension CellType {
    /// The column type that new columns get.
    var postgreSQL: String {
        switch self {
        case .integer: "bigint"
        case .decimal: "numeric"
        case .boolean: "boolean"
        case .timestamp: "timestamptz"
        case .text: "text"
        }
    }

    /// The type of a column that exists, by PostgreSQL's own name (`format_type`); nil for one that Deskpipe makes no
    /// columns of.
    init?(postgreSQL name: String) {
        switch name {
        case "bigint": self = .integer
        case "numeric": self = .decimal
        case "boolean": self = .boolean
        case "timestamp with time zone": self = .timestamp
        case "text": self = .text
        default: return nil
        }
    }
}
