package import Model

/// A value of a replication key; compared with others of its column.
package enum BookmarkValue: Hashable, Sendable, Comparable {
    case text(String)
    case integer(Int64)
    case timestamp(Timestamp)

    /// As the report shows it.
    package var text: String {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .timestamp(let time): time.formatted()
        }
    }
}
