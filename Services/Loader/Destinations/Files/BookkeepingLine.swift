import Loader
import Model

/// Rows of the bookkeeping tables as JSON Lines.
enum BookkeepingLine {
    static func of(_ report: LoadingReport) throws -> [UInt8] {
        line(zip(LoadsRow.columns, try LoadsRow.values(of: report)).map { ($0, $1) })
    }

    static func of(_ row: RejectedRow) -> [UInt8] {
        line([
            (Column("_sdc_rejected_at", .timestamp), row.rejectedAt.formatted(.microseconds)),
            (Column("table_name", .text), row.table), (Column("reason", .text), row.reason),
            (Column("record", .text), row.record), (Column("_sdc_sequence", .integer), row.sequence.map(String.init)),
            (Column("_sdc_table_version", .integer), row.tableVersion.map(String.init)),
            (Column("_sdc_extracted_at", .timestamp), row.extractedAt?.formatted(.microseconds)),
            (Column("topic", .text), row.topic), (Column("partition", .integer), String(row.partition)),
            (Column("offset", .integer), String(row.offset)),
            (Column("replayable", .boolean), row.replayable ? "true" : "false"),
        ])
    }

    private static func line(_ values: [(column: Column, value: String?)]) -> [UInt8] {
        var line = [UInt8(ascii: "{")]
        for (column, value) in values {
            guard let value else { continue }
            if line.count > 1 { line.append(UInt8(ascii: ",")) }
            line.append(jsonText: Array(column.name.utf8)[...])
            line.append(UInt8(ascii: ":"))
            switch column.type {
            case .integer, .boolean: line += value.utf8
            // As in tables, a text has no NUL: databases that read the files would refuse it.
            case .text, .timestamp, .decimal: line.append(jsonText: value.utf8.filter { $0 != 0 }[...])
            }
        }
        return line + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
    }
}
