/// What a dbt package for Stitch's Zendesk schema begins with: views over the tables, by Stitch's columns, with plain
/// SELECTs; then the tests that such a package has for them.
struct DbtPackage {
    let warehouse: Warehouse

    struct View {
        var name: String
        var table: String
        /// New names of columns; the others keep theirs.
        var renamed: [String: String] = [:]
        /// The columns that identify a row.
        var key: [String]
    }

    struct Reference: CustomStringConvertible {
        var view: String
        var column: String
        var target: String
        var targetColumn: String

        init(_ column: String, of view: String, to target: String, _ targetColumn: String) {
            (self.column, self.view, self.target, self.targetColumn) = (column, view, target, targetColumn)
        }

        var description: String { "\(view).\(column) -> \(target).\(targetColumn)" }
    }

    static let views = [
        View(name: "stg_tickets", table: "tickets", renamed: ["id": "ticket_id"], key: ["ticket_id"]),
        View(name: "stg_ticket_metrics", table: "ticket_metrics", renamed: ["id": "metric_id"], key: ["metric_id"]),
        View(name: "stg_users", table: "users", renamed: ["id": "user_id"], key: ["user_id"]),
        View(
            name: "stg_organizations",
            table: "organizations",
            renamed: ["id": "organization_id"],
            key: ["organization_id"]
        ),
        View(
            name: "stg_ticket_tags",
            table: "tickets__tags",
            renamed: ["_sdc_source_key_id": "ticket_id", "_sdc_level_0_id": "tag_index", "value": "tag"],
            key: ["ticket_id", "tag_index"]
        ),
    ]

    static let references = [
        Reference("requester_id", of: "stg_tickets", to: "stg_users", "user_id"),
        Reference("submitter_id", of: "stg_tickets", to: "stg_users", "user_id"),
        Reference("assignee_id", of: "stg_tickets", to: "stg_users", "user_id"),
        Reference("organization_id", of: "stg_tickets", to: "stg_organizations", "organization_id"),
        Reference("organization_id", of: "stg_users", to: "stg_organizations", "organization_id"),
        Reference("ticket_id", of: "stg_ticket_metrics", to: "stg_tickets", "ticket_id"),
        Reference("ticket_id", of: "stg_ticket_tags", to: "stg_tickets", "ticket_id"),
    ]

    /// Columns that reports are made of: each has to hold something.
    static let filled = [
        "stg_tickets": [
            "satisfaction_rating__score", "via__channel", "generated_timestamp", "status", "requester_id", "due_at",
        ],
        "stg_ticket_metrics": [
            "reply_time_in_minutes__business", "reply_time_in_minutes__calendar",
            "full_resolution_time_in_minutes__business", "agent_wait_time_in_minutes__business",
            "requester_wait_time_in_minutes__business", "on_hold_time_in_minutes__business", "solved_at",
        ],
        "stg_users": ["role", "email", "time_zone"],
        "stg_organizations": ["name", "created_at"],
        "stg_ticket_tags": ["tag"],
    ]

    /// Makes the views, of all columns that Stitch documents for their tables.
    func makeViews() throws {
        try warehouse.makeViewSchema()
        for view in Self.views {
            let documented = StitchTable.support.first { $0.name == view.table }?.types.keys.sorted() ?? []
            let system = view.table.contains("__") ? ["_sdc_source_key_id", "_sdc_level_0_id"] : ["_sdc_batched_at"]
            let columns = (system + documented + ["_sdc_sequence"]).map { column in
                "\"\(column)\"" + (view.renamed[column].map { " AS \($0)" } ?? "")
            }
            try warehouse.makeView(
                view.name,
                "SELECT \(columns.joined(separator: ", ")) FROM \(warehouse.table(view.table))"
            )
        }
    }

    /// How many rows of a view have a key that is null in part, or another row's.
    func rowsWithoutKey(_ view: View) throws -> Int {
        let key = view.key.joined(separator: ", ")
        let isNull = view.key.map { "\($0) IS NULL" }.joined(separator: " OR ")
        let name = warehouse.view(view.name)
        return try warehouse.count("SELECT count(*) FROM \(name) WHERE \(isNull)")
            + warehouse.count(
                "SELECT count(*) FROM (SELECT \(key) FROM \(name) GROUP BY \(key) HAVING count(*) > 1) AS twice"
            )
    }

    /// How many rows name one that is not there.
    func rowsLeading(nowhere reference: Reference) throws -> Int {
        try warehouse.count(
            """
            SELECT count(*) FROM \(warehouse.view(reference.view)) AS a
            LEFT JOIN \(warehouse.view(reference.target)) AS b ON b.\(reference.targetColumn) = a.\(reference.column)
            WHERE a.\(reference.column) IS NOT NULL AND b.\(reference.targetColumn) IS NULL
            """
        )
    }

    /// How many rows lead somewhere.
    func rowsLeading(by reference: Reference) throws -> Int {
        try warehouse.count(
            """
            SELECT count(*) FROM \(warehouse.view(reference.view)) AS a
            JOIN \(warehouse.view(reference.target)) AS b ON b.\(reference.targetColumn) = a.\(reference.column)
            """
        )
    }

    func count(_ view: String) throws -> Int { try warehouse.count("SELECT count(*) FROM \(warehouse.view(view))") }

    func count(of column: String, in view: String) throws -> Int {
        try warehouse.count("SELECT count(\(column)) FROM \(warehouse.view(view))")
    }

    /// Tags that are of another version of their ticket than the one that is there.
    func staleTags() throws -> Int {
        try warehouse.count(
            """
            SELECT count(*) FROM \(warehouse.view("stg_ticket_tags")) AS a
            JOIN \(warehouse.view("stg_tickets")) AS b ON b.ticket_id = a.ticket_id
            WHERE a._sdc_sequence <> b._sdc_sequence
            """
        )
    }
}
