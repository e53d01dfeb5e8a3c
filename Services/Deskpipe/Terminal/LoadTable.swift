import Loader
import Model
import ServiceRuntime

/// The table that a run ends with: what each table of each connection got.
enum LoadTable {
    static func print(_ summary: LoaderSummary) {
        let connections = Set(summary.tables.keys.map(\.connection))
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("table", .left), ("rows loaded", .right), ("rejected", .right), ("max bookmark", .left),
            ("seconds", .right),
        ]
        if connections.count > 1 { columns.insert(("connection", .left), at: 0) }
        var table = TextTable(columns)
        for (key, load) in summary.tables.sorted(by: { $0.key < $1.key }) {
            var row = [
                key.table, load.rowsLoaded.grouped, load.rowsRejected.grouped,
                load.maxBookmark.map { "\($0.column): \($0.value)" } ?? "", oneDecimal(load.seconds),
            ]
            if connections.count > 1 { row.insert(key.connection.description, at: 0) }
            table.add(row)
        }
        Terminal.print(summary.tables.isEmpty ? ["Nothing new to load."] : table.lines())
        for (key, error) in summary.setAside.sorted(by: { $0.key < $1.key }) {
            Terminal.note("deskpipe: \(key) is not loaded: \(error.message.escapedForLogs)")
        }
        for (key, error) in summary.leftOut.sorted(by: { $0.key < $1.key }) {
            Terminal.note("deskpipe: \(key.connection) \(key.table) is not loaded: \(error.message.escapedForLogs)")
        }
        if summary.foreign > 0 {
            Terminal.note("deskpipe: \(summary.foreign) messages named no known connection; see the rejected topic")
        }
    }

    private static func oneDecimal(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
