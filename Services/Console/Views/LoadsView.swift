package import Model

/// Stitch's "Loading reports for all tables" of one connection.
package struct LoadsView: Hashable, Sendable, Encodable {
    package var tenant: TenantID
    package var connection: ConnectionID
    package var schema: SchemaName
    package var at: Timestamp
    /// Selected tables, loaded or not, and others that have loads; by name.
    package var tables: [TableRow]

    package init(
        tenant: TenantID,
        connection: ConnectionID,
        schema: SchemaName,
        at: Timestamp,
        tables: [TableRow]
    ) {
        self.tenant = tenant
        self.connection = connection
        self.schema = schema
        self.at = at
        self.tables = tables
    }
}

/// Rows in three windows that end now: days are UTC's, and a window of 30 days has today in it.
package struct RowWindows: Hashable, Sendable, Encodable {
    /// To the full hour.
    package var last24Hours: Int
    package var this30Days: Int
    package var previous30Days: Int

    package init(last24Hours: Int = 0, this30Days: Int = 0, previous30Days: Int = 0) {
        self.last24Hours = last24Hours
        self.this30Days = this30Days
        self.previous30Days = previous30Days
    }

    enum CodingKeys: String, CodingKey {
        case last24Hours = "last_24_hours"
        case this30Days = "this_30_days"
        case previous30Days = "previous_30_days"
    }
}

/// One table of a connection.
package struct TableRow: Hashable, Sendable, Encodable {
    package var table: String
    /// False for one that has loads, but is no longer read.
    package var isSelected: Bool
    /// Of the newest load that had one: `updated_at`, `2026-11-20T10:00:00Z`. Nil for tables without a bookmark.
    package var maxBookmark: LoadingReport.MaxBookmark?
    /// The newest record's extraction.
    package var maxExtractedAt: Timestamp?
    package var lastLoadedAt: Timestamp?
    /// Without sub-rows.
    package var rows: RowWindows
    package var rejected: RowWindows
    package var rowsToLoad: Int
    /// Set while its newest load has failed.
    package var failure: LoadFailure?
    package var subtables: [Subtable]

    /// A table for an array of the records.
    package struct Subtable: Hashable, Sendable, Encodable {
        package var table: String
        package var rows: RowWindows

        package init(table: String, rows: RowWindows) {
            self.table = table
            self.rows = rows
        }
    }

    package init(_ table: String, isSelected: Bool) {
        self.table = table
        self.isSelected = isSelected
        rows = RowWindows()
        rejected = RowWindows()
        rowsToLoad = 0
        subtables = []
    }

    enum CodingKeys: String, CodingKey {
        case table, rows, rejected, failure, subtables
        case isSelected = "selected"
        case maxBookmark = "max_bookmark"
        case maxExtractedAt = "max_extracted_at"
        case lastLoadedAt = "last_loaded_at"
        case rowsToLoad = "rows_to_load"
    }
}

/// That a table's loads fail.
package struct LoadFailure: Hashable, Sendable, Encodable {
    /// When the first of those that failed since the last success began.
    package var since: Timestamp
    /// Of the newest.
    package var at: Timestamp
    package var error: String

    package init(since: Timestamp, at: Timestamp, error: String) {
        self.since = since
        self.at = at
        self.error = error
    }
}
