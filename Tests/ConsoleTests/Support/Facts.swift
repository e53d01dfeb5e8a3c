import Console
import Model
import Testing

/// Makes the messages of one connection's topics. The time is 2026-11-20T10:00:00Z unless given.
struct Facts {
    static let noon = Timestamp(seconds: 1_795_176_000)  // 2026-11-20T12:00:00Z

    let definition: ConnectionDefinition

    var key: ConnectionKey { definition.key }

    init(_ tenant: String = "acme", _ connection: String = "support", every seconds: Int64 = 1800) throws {
        definition = ConnectionDefinition(
            tenant: try #require(TenantID(rawValue: tenant)),
            id: try #require(ConnectionID(rawValue: connection)),
            name: "Stitch Zendesk",
            schema: try #require(SchemaName(rawValue: "stitch_zendesk")),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: .environment("TOKEN")),
            startDate: Timestamp(seconds: 1_700_006_400),
            schedule: Schedule(everySeconds: seconds),
            streams: StreamSelection(include: ["tickets", "users"])
        )
    }

    var defined: BoardFact { .definition(key, definition) }

    /// A bookmark of a stream that has caught up.
    func bookmark(_ stream: StreamName, asOf: Timestamp?, sequence: Int64) -> BoardFact {
        var bookmark = Bookmark(sequence: sequence, complete: asOf != nil)
        bookmark.asOf = asOf
        return .bookmark(key, stream, bookmark)
    }

    /// A run's report: its streams have caught up, or failed with a reason.
    func run(
        at start: Timestamp,
        _ status: ExtractionReport.Status = .succeeded,
        records: [StreamName: Int] = [:],
        failing: [StreamName: String] = [:],
        error: RunFailure? = nil,
        skipped: Int? = nil,
        random: UInt64 = 0
    ) -> ExtractionReport {
        let streams = ["tickets", "users"].map { (name: StreamName) in
            var report = StreamReport(stream: name, status: status == .running ? .running : .caughtUp)
            report.records = records[name] ?? 0
            if let reason = failing[name] {
                report.status = .failed
                report.reason = reason
            }
            return report
        }
        var report = ExtractionReport(
            run: RunID(at: start, randomness: (random, 0)),
            connection: definition,
            trigger: .schedule,
            status: status,
            startedAt: start,
            streams: streams
        )
        report.requests = streams.count
        report.error = error
        report.skippedSlots = skipped
        if status != .running { report.completedAt = start + .seconds(60) }
        return report
    }

    /// A load of a table with as many events as rows, and with two sub-rows for each row.
    func load(
        _ table: String = "tickets",
        at end: Timestamp,
        rows: Int,
        rejected: Int = 0,
        sequence: Int64? = nil,
        error: String? = nil,
        _ change: (inout LoadingReport) -> Void = { _ in }
    ) -> LoadingReport {
        var report = LoadingReport(
            id: "\(key)/\(table)/\(end.microseconds)",
            connection: definition,
            stream: StreamName(rawValue: table),
            table: table,
            status: error == nil ? .succeeded : .failed,
            startedAt: end - .seconds(2),
            completedAt: end,
            batch: .init(
                topic: "deskpipe.records.zendesk-support.\(table)",
                partition: 0,
                firstOffset: 0,
                lastOffset: 9
            )
        )
        report.error = error
        report.maxExtractedAt = end - .seconds(5)
        report.maxSequence = sequence
        if error == nil {
            report.events = rows + rejected
            report.rowsLoaded = rows
            report.rowsInserted = rows
            report.rowsRejected = rejected
            report.subtables = [.init(table: "\(table)__tags", rowsLoaded: 2 * rows)]
            report.maxBookmark = .init(column: "updated_at", value: end.formatted(.seconds))
            report.lagMilliseconds = 5000
        }
        change(&report)
        return report
    }

    func rejection(_ number: Int, at time: Timestamp, reason: String = "the key is null") -> RejectedFact {
        RejectedFact(
            id: "\(key)/tickets/\(number)",
            connection: key,
            row: RejectionRow(
                table: "tickets",
                reason: reason,
                rejectedAt: time,
                extractedAt: nil,
                sequence: nil,
                bytes: 100,
                topic: "deskpipe.records.zendesk-support.tickets",
                partition: 0,
                offset: Int64(number),
                place: RejectedPlace(partition: 0, offset: Int64(number))
            )
        )
    }
}

extension Board {
    /// A board of facts, each appended when it tells of.
    init(_ facts: [BoardFact], at time: Timestamp = Facts.noon) {
        self.init()
        for fact in facts { take(fact, at: time) }
    }
}
