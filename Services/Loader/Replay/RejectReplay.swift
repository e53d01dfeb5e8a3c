package import Messaging
package import Model

/// Loads the rejected records of one connection again, beside a running loader too.
///
/// A batch of rows of `_sdc_rejected` is mapped and upserted as a loader does it, under the same guard and the same
/// locks, and leaves `_sdc_rejected` in the same transaction; what is refused again stays, with its newest reason.
package struct RejectReplay: Sendable {
    private let definition: ConnectionDefinition
    private let schema: any DestinationSchema
    private let catalogue: [StreamName: StreamSchema]
    private let namespace: Namespace
    private let settings: BatchSettings
    private let clock: any WallClock

    /// How often a batch is begun anew because a loader was there, or the destination did not answer.
    private static let tries = 20

    /// - Parameters:
    ///   - schema: opened to load.
    ///   - catalogue: the streams' schemas, for those whose schema event was not loaded.
    package init(
        _ definition: ConnectionDefinition,
        schema: any DestinationSchema,
        catalogue: [StreamName: StreamSchema],
        namespace: Namespace,
        settings: BatchSettings = BatchSettings(),
        clock: any WallClock
    ) {
        self.definition = definition
        self.schema = schema
        self.catalogue = catalogue
        self.namespace = namespace
        self.settings = settings
        self.clock = clock
    }

    /// Replays all that is selected and was there at the beginning.
    /// - Returns: what became of it, by table; what is counted is durable.
    /// - Throws: ``DestinationError``. A table that another hand changed does not throw: its rows stay, and it is named.
    package func run(_ selection: RejectedSelection) async throws -> [ReplayedTable] {
        let groups = try await schema.rejectedGroups(selection)
        guard let last = groups.map(\.last).max() else { return [] }
        var selection = selection
        (selection.isReplayable, selection.until) = (true, last)
        // Later than all that is selected, so that what is rejected again is not selected again.
        let time = max(clock.now(), last + .microseconds(1))
        var tables: [ReplayedTable] = []
        for name in Set(groups.map(\.table)).sorted() {
            var table = ReplayedTable(name: name)
            table.hopeless = groups.filter { $0.table == name && !$0.isReplayable }.reduce(0) { $0 + $1.count }
            selection.table = name
            do {
                while try await replayBatch(of: selection, into: &table, at: time) {}
            } catch let error as DestinationError {
                guard case .tableChanged = error else { throw error }
                table.error = error
                let left = try await schema.rejectedGroups(selection)
                table.rejected += left.reduce(0) { $0 + $1.count }
            }
            tables.append(table)
        }
        return tables
    }

    /// - Returns: false when nothing is left.
    private func replayBatch(
        of selection: RejectedSelection,
        into table: inout ReplayedTable,
        at time: Timestamp
    ) async throws -> Bool {
        var tries = 0
        while true {
            do {
                return try await attempt(selection, into: &table, at: time)
            } catch let error as DestinationError {
                tries += 1
                guard case .retry(let wait) = error.recovery, tries < Self.tries else { throw error }
                // A loader that was there needs no wait: it is the next batch's turn.
                if error != .positionMoved { try await clock.sleep(for: wait) }
            }
        }
    }

    private func attempt(
        _ selection: RejectedSelection,
        into table: inout ReplayedTable,
        at time: Timestamp
    ) async throws -> Bool {
        let catalog = try await schema.catalog()
        let rows = try await schema.rejected(selection, atMost: settings.rows, bytes: settings.bytes, after: nil)
        guard !rows.isEmpty else { return false }
        let stream = StreamName(rawValue: table.name)
        let builder = BatchBuilder(catalogue: catalogue, catalog: catalog, filter: PositionFilter())
        let replayed = ReplayedEvents(
            rows,
            of: builder.declarations[stream]?.schema ?? catalogue[stream],
            connection: definition.key,
            oldest: try await schema.oldestVersion(in: table.name),
            at: time
        )
        let startedAt = clock.now()
        let load = RefusingLoad(builder: builder, events: replayed.events, schema: schema, at: time)
        let (definition, namespace, clock) = (definition, namespace, clock)
        let (plan, outcome) = try await load.run(
            adapting: { $0.replay(rows, replayed, stream) },
            conclude: { plan, outcome in
                try plan.replayConclusion(
                    outcome,
                    of: definition,
                    namespace: namespace,
                    startedAt: startedAt,
                    completedAt: clock.now()
                )
            }
        )
        table.add(outcome.tables[table.name] ?? TableOutcome(), plan.accounts)
        return true
    }
}

/// What became of a table's rejected records.
package struct ReplayedTable: Hashable, Sendable {
    package var name: String
    /// Loaded, and in `_sdc_rejected` no more.
    package var loaded = 0
    /// The table has a newer version, or the same; in `_sdc_rejected` no more.
    package var superseded = 0
    /// Refused again.
    package var rejected = 0
    /// Never to be loaded: not the whole record is there.
    package var hopeless = 0
    /// Why the rest was left as it was.
    package var error: DestinationError?

    package init(name: String) {
        self.name = name
    }

    package var remaining: Int { rejected + hopeless }

    mutating func add(_ outcome: TableOutcome, _ accounts: [TableAccount]) {
        loaded += outcome.inserted + outcome.updated
        superseded += outcome.superseded + outcome.unchanged
        for account in accounts {
            superseded += account.superseded
            rejected += account.rejected
        }
    }
}

extension BatchPlan {
    /// Makes a plan of records one that replays rows of `_sdc_rejected`: no position moves, and the rows go with it.
    fileprivate mutating func replay(_ rows: [StoredRejection], _ replayed: ReplayedEvents, _ stream: StreamName) {
        load.positions = []
        load.replayed = rows.map(\.place)
        load.rejected += replayed.hopeless
        let first = rows[0].row
        let offsets = rows.map(\.row).filter { ($0.topic, $0.partition) == (first.topic, first.partition) }.map(
            \.offset
        )
        let range = LoadingReport.BatchRange(
            topic: first.topic,
            partition: first.partition,
            firstOffset: offsets.min() ?? first.offset,
            lastOffset: offsets.max() ?? first.offset
        )
        var account = accounts.first ?? TableAccount(stream: stream, batch: range)
        account.batch = range
        account.events += replayed.outdated.count + replayed.hopeless.count
        account.superseded += replayed.outdated.count
        account.rejected += replayed.hopeless.count
        accounts = [account]
    }

    /// As ``conclusion(_:of:namespace:startedAt:completedAt:)``, for records that were reported as rejected before.
    fileprivate func replayConclusion(
        _ outcome: LoadOutcome,
        of definition: ConnectionDefinition,
        namespace: Namespace,
        startedAt: Timestamp,
        completedAt: Timestamp
    ) throws -> Conclusion {
        let reports = try accounts.map { account in
            var report = try account.report(
                outcome.tables[account.table] ?? TableOutcome(),
                of: definition,
                startedAt: startedAt,
                completedAt: completedAt
            )
            report.id += "/replay-\(completedAt.microseconds)"
            report.isReplay = true
            // Old records say nothing of how far the table is, or how late.
            (report.maxBookmark, report.lagMilliseconds) = (nil, nil)
            return report
        }
        return Conclusion(reports: reports, outbox: try reports.map { try $0.outboxMessage(in: namespace) })
    }
}
