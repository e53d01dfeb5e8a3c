import Model
import ServiceRuntime

/// What a person must know of a run that did not go well: on what, why, and what to do.
enum RunNotes {
    /// One line for each reason: on the connection where all its unfinished streams share it, else on each stream.
    static func lines(of report: ExtractionReport) -> [String] {
        let connection = "\(report.tenant)/\(report.connection)"
        let troubled = report.streams.filter { $0.reason != nil }
        let unfinished = report.streams.filter { $0.status != .caughtUp }
        let reasons = Set(troubled.map(\.reason))
        if let first = troubled.first, reasons.count == 1, troubled.count > 1, troubled.count == unfinished.count {
            return [line(connection, first)]
        }
        return troubled.map { line("\(connection) \($0.stream)", $0) }
    }

    private static func line(_ subject: String, _ stream: StreamReport) -> String {
        let hint = stream.hint.map { "; \($0)" } ?? ""
        return "deskpipe: \(subject): \((stream.reason ?? "").escapedForLogs)\(hint)"
    }
}
