package import Model

/// Why two schemas cannot be compared.
package enum CompareError: ExplainedError, Hashable {
    case sameSchema(String)
    /// The destination's kind is not one that can be compared in.
    case unsupported(url: String)
    case notASchema(String)
    case noSchema(String, place: String, others: [String])
    /// `mend` is the statement that gives the right.
    case forbidden(String, mend: String)
    case noTable(String, schemas: Sides<String>)
    /// A table was still being compared after the time given.
    case tooLong(table: String)
    case failed(String)

    package var message: String {
        switch self {
        case .sameSchema(let name):
            "--schema and --with both name \(name); name two schemas"
        case .unsupported(let url):
            "compare reads PostgreSQL and SQLite, not \(url.prefix { $0 != ":" }):; docs/migrate-from-stitch.md "
                + "has a query for files in DuckDB"
        case .notASchema(let name):
            "\(name) is no name of a schema in SQLite: it is a file's name without .sqlite"
        case .noSchema(let name, let place, let others):
            "there is no schema \(name) in \(place)" + (others.isEmpty ? "" : "; there are \(Self.list(others))")
        case .forbidden(let what, let mend):
            "\(what) cannot be read; to mend it: \(mend)"
        case .noTable(let table, let schemas):
            "neither \(schemas.schema) nor \(schemas.with) has a table \(table) that is compared"
        case .tooLong(let table):
            "comparing \(table) took longer than 30 minutes and was stopped; compare it alone with --table \(table) when "
                + "the database has less to do"
        case .failed(let reason):
            "the comparison failed: \(reason)"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .sameSchema, .unsupported, .notASchema, .noTable: .usage
        case .noSchema, .forbidden, .tooLong, .failed: .destination
        }
    }

    package var recovery: Recovery { .stop }

    private static func list(_ names: [String]) -> String {
        names.prefix(12).joined(separator: ", ") + (names.count > 12 ? " and \(names.count - 12) more" : "")
    }
}
