import Console
import Model

/// What was extracted and loaded, as lines for people.
enum ReportsText {
    static func lines(_ reports: [LoadingReport]) -> [String] {
        guard !reports.isEmpty else { return ["nothing has been loaded yet"] }
        var table = TextTable(
            [
                ("completed", .left), ("connection", .left), ("table", .left), ("status", .left), ("events", .right),
                ("loaded", .right), ("rejected", .right), ("max bookmark", .left), ("ms", .right),
            ],
            leftOutFirst: ["ms", "events", "connection", "max bookmark"]
        )
        for report in reports {
            table.add([
                report.completedAt.formatted(.seconds), "\(report.tenant)/\(report.connection)", report.table,
                report.status.rawValue + (report.error.map { ": \($0)" } ?? ""), report.events.grouped,
                report.rowsLoaded.grouped, report.rowsRejected.grouped, bookmark(report.maxBookmark),
                report.durationMilliseconds.description,
            ])
        }
        return table.lines()
    }

    static func lines(_ reports: [ExtractionReport]) -> [String] {
        guard !reports.isEmpty else { return ["nothing has been extracted yet"] }
        var table = TextTable(
            [
                ("started", .left), ("connection", .left), ("status", .left), ("stream", .left), ("state", .left),
                ("records", .right), ("requests", .right), ("as of", .left),
            ],
            leftOutFirst: ["as of", "requests", "connection"]
        )
        for report in reports {
            for stream in report.streams {
                table.add([
                    report.startedAt.formatted(.seconds), "\(report.tenant)/\(report.connection)",
                    report.status.rawValue, stream.stream.rawValue,
                    stream.status.rawValue + (stream.reason.map { ": \($0)" } ?? ""), stream.records.grouped,
                    stream.requests.grouped, stream.asOf?.formatted(.seconds) ?? "",
                ])
            }
        }
        return table.lines()
    }

    /// Stitch's "Loading reports for all tables", sub-tables below their own.
    static func lines(_ views: [LoadsView]) -> [String] {
        var table = TextTable(
            [
                ("connection", .left), ("table", .left), ("max bookmark", .left), ("extracted", .left),
                ("24 hours", .right), ("30 days", .right), ("30 before", .right), ("to load", .right),
                ("error", .left),
            ],
            leftOutFirst: ["30 before", "to load", "connection", "extracted"]
        )
        for view in views {
            let key = "\(view.tenant)/\(view.connection)"
            for row in view.tables {
                let name = row.isSelected ? row.table : "\(row.table) (not read)"
                table.add([
                    key, name, bookmark(row.maxBookmark), row.maxExtractedAt?.formatted(.seconds) ?? "",
                    row.rows.last24Hours.grouped, row.rows.this30Days.grouped, row.rows.previous30Days.grouped,
                    row.rowsToLoad.grouped, row.failure?.error ?? "",
                ])
                for subtable in row.subtables {
                    table.add([
                        key, "  \(subtable.table)", "", "", subtable.rows.last24Hours.grouped,
                        subtable.rows.this30Days.grouped, subtable.rows.previous30Days.grouped, "", "",
                    ])
                }
            }
        }
        return views.isEmpty ? StatusText.noConnection : table.lines()
    }

    static func lines(_ views: [ExtractionsView]) -> [String] {
        var table = TextTable(
            [
                ("started", .left), ("connection", .left), ("run", .left), ("status", .left), ("seconds", .right),
                ("records", .right), ("requests", .right), ("throttled s", .right), ("trigger", .left),
                ("trouble", .left),
            ],
            leftOutFirst: ["trigger", "throttled s", "run", "connection", "requests"]
        )
        for view in views {
            for run in view.runs {
                let reasons = run.troubles.compactMap { trouble in trouble.reason.map { "\(trouble.stream): \($0)" } }
                let trouble = run.error?.message ?? reasons.first
                table.add([
                    run.startedAt.formatted(.seconds), "\(view.tenant)/\(view.connection)", run.run.rawValue,
                    run.status.rawValue, run.durationSeconds.map { "\(Int($0.rounded()))" } ?? "", run.records.grouped,
                    run.requests.grouped, "\(Int(run.throttledSeconds.rounded()))", run.trigger.rawValue, trouble ?? "",
                ])
            }
        }
        let isEmpty = views.allSatisfy(\.runs.isEmpty)
        return isEmpty ? ["no run began on that day"] : table.lines()
    }

    static func lines(_ views: [RejectedView]) -> [String] {
        var table = TextTable(
            [
                ("connection", .left), ("table", .left), ("records", .right), ("first", .left), ("last", .left),
                ("reason", .left),
            ],
            leftOutFirst: ["first", "connection", "last"]
        )
        for view in views {
            for reason in view.reasons {
                table.add([
                    "\(view.tenant)/\(view.connection)", reason.table, reason.count.grouped,
                    reason.firstAt.formatted(.seconds), reason.lastAt.formatted(.seconds), reason.reason,
                ])
            }
        }
        let isEmpty = views.allSatisfy(\.reasons.isEmpty)
        return isEmpty ? ["No record was rejected in the last 30 days."] : table.lines()
    }

    private static func bookmark(_ bookmark: LoadingReport.MaxBookmark?) -> String {
        bookmark.map { "\($0.column): \($0.value)" } ?? ""
    }
}
