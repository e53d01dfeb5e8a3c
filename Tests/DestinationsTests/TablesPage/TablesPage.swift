import Foundation
import Model
import Testing

/// docs/tables.md as a test reads it. Each heading begins an example with an empty schema.
///
/// A `json` fence is a batch of records, a `sql` fence statements for the databases; tables say what is there then (see
/// ``TablesPageParser``).
struct TablesPage {
    struct Section: Sendable, CustomTestStringConvertible {
        var title: String
        var steps: [Step] = []

        var testDescription: String { title }

        /// True where statements change what is there: files have no SQL.
        var needsDatabase: Bool {
            steps.contains { step in
                guard case .sql(let statements, _) = step else { return false }
                return statements.contains { !$0.hasPrefix("SELECT") }
            }
        }
    }

    enum Step: Sendable {
        case batch(Batch)
        /// What a table holds; the first column's cells are remarks.
        case rows(of: String, Grid)
        /// Statements, and what the last one gives where that is shown.
        case sql([String], Grid?)
        /// Values of fields, each in a record of its own, and the columns that hold them.
        case cases(StreamName, Grid)
        /// Fields, all in one record, and their columns in each database.
        case names(StreamName, Grid)
        /// Declared types, their columns' types in each database, and a column of each.
        case types(Grid)
        /// Tables, what a row of them is, and all their columns.
        case columns(Grid)
        /// Connections' names and their schemas.
        case schemas(Grid)
    }

    /// A table of the page: code spans are shown as their text.
    struct Grid: Sendable {
        var head: [String]
        var rows: [[String]]
    }

    /// Records that are loaded in one transaction.
    struct Batch: Sendable {
        var stream: StreamName
        /// As they are written, blanks and line breaks included.
        var records: [String] = []
        /// The first one's; nil: the next.
        var sequence: Int64?
        /// The table version of a stream that is read whole.
        var read: Int64?
        /// The read is complete after these.
        var isComplete = false
        /// The batch is delivered again.
        var isTwice = false
        /// The records are definitions of the stream's custom fields.
        var areFields = false
        /// Columns that the connection excludes.
        var excluded: [String] = []
    }

    let sections: [Section]

    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/tables.md")

    static func read() throws -> TablesPage {
        var parser = TablesPageParser()
        let text = try String(contentsOf: path, encoding: .utf8)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try parser.take(line) }
        return TablesPage(sections: try parser.finish())
    }

    /// The sections that have examples; none where the page cannot be read, which a test of its own tells.
    static let examples: [Section] = ((try? read())?.sections ?? []).filter { !$0.steps.isEmpty }
}
