package import Model

/// Replicated rows as Stitch counts them: rows loaded and sub-rows, those of repeats too.
package struct UsageView: Hashable, Sendable, Encodable {
    /// The 30 days that are counted, today among them.
    package var days: [Day]
    /// By day, in the order of ``days``.
    package var rows: [Int]
    package var total: Int
    /// Of the 30 days before.
    package var previousTotal: Int
    package var limit: Limit?
    /// The largest first.
    package var tables: [TableUsage]

    /// The setting `console.row_limit`: rows in 30 days, of all connections together.
    package struct Limit: Hashable, Sendable, Encodable {
        package var rowLimit: Int
        /// Of all connections, whichever are shown.
        package var used: Int
        /// ``used`` as a share of the limit.
        package var share: Double
        /// True from 90 % on.
        package var isWarning: Bool

        package init(rowLimit: Int, used: Int, share: Double, isWarning: Bool) {
            self.rowLimit = rowLimit
            self.used = used
            self.share = share
            self.isWarning = isWarning
        }

        enum CodingKeys: String, CodingKey {
            case used, share
            case rowLimit = "row_limit"
            case isWarning = "warning"
        }
    }

    /// What a table and its sub-tables add.
    package struct TableUsage: Hashable, Sendable, Encodable {
        package var tenant: TenantID
        package var connection: ConnectionID
        package var table: String
        /// By day, in the order of ``UsageView/days``.
        package var rows: [Int]
        package var total: Int
        /// How much of the total are sub-rows.
        package var subRows: Int

        package init(_ key: ConnectionKey, table: String, rows: [Int], total: Int, subRows: Int) {
            tenant = key.tenant
            connection = key.connection
            self.table = table
            self.rows = rows
            self.total = total
            self.subRows = subRows
        }

        enum CodingKeys: String, CodingKey {
            case tenant, connection, table, rows, total
            case subRows = "subrows"
        }
    }

    package init(
        days: [Day],
        rows: [Int],
        total: Int,
        previousTotal: Int,
        limit: Limit?,
        tables: [TableUsage]
    ) {
        self.days = days
        self.rows = rows
        self.total = total
        self.previousTotal = previousTotal
        self.limit = limit
        self.tables = tables
    }

    enum CodingKeys: String, CodingKey {
        case days, rows, total, limit, tables
        case previousTotal = "previous_total"
    }
}
