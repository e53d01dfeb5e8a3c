import Model

/// What can go wrong behind the log.
extension AlertRules {
    /// So few rejected records are no share of anything.
    private static let fewestRejected = 10
    /// From which time on from extraction to load a load lags.
    private static let lag = Duration.seconds(3600)

    func loadFindings(_ connection: KnownConnection) -> [Finding] {
        let failing = connection.failingTables.map { table, failure in
            Finding(
                .init(.loadFailing, connection.key, table),
                .critical,
                since: failure.since,
                meaning: "\(table) cannot be loaded: \(failure.error)",
                action: "Mend what the destination says. What is extracted waits in the log and loads by itself then."
            )
        }
        let gaps = connection.account.loads.tables.sorted { $0.key < $1.key }.compactMap { name, table in
            table.gap.map { gap in
                Finding(
                    .init(.gap, connection.key, name),
                    .critical,
                    since: gap.since,
                    meaning: "Records were deleted from the log before they were loaded: \(gap.error)",
                    action: "Read the stream again: `deskpipe reset \(connection.flags) --stream \(name)`."
                )
            }
        }
        return failing + gaps
    }

    func rejectedFindings(_ connection: KnownConnection, at now: Timestamp) -> [Finding] {
        connection.account.loads.tables.sorted { $0.key < $1.key }.compactMap { name, table in
            let sums = table.lastDay(at: now)
            guard sums.rejected >= Self.fewestRejected,
                Double(sums.rejected) >= settings.rejectedShare * Double(sums.events)
            else { return nil }
            return Finding(
                .init(.rejectedShare, connection.key, name),
                .warning,
                since: table.firstRejection(at: now) ?? now,
                meaning: "\(sums.rejected) of \(sums.events) records of \(name) could not be loaded in the last 24 "
                    + "hours. They are in _sdc_rejected with their reasons.",
                action: "`deskpipe rejects list \(connection.flags) --table \(name)` names them; after a fix, "
                    + "`deskpipe rejects replay` loads them."
            )
        }
    }

    func lagFindings(_ connection: KnownConnection, at now: Timestamp) -> [Finding] {
        let waiting = connection.rowsToLoad.values.reduce(0, +)
        guard waiting > 0, let since = stalledSince(connection, at: now) ?? growingSince(connection, at: now) else {
            return []
        }
        return [
            Finding(
                .init(.lagGrowing, connection.key),
                .warning,
                since: since,
                meaning: "\(waiting) records wait to be loaded, and what is loaded gets older.",
                action: "See that a loader runs and is not held up by its destination; on a cluster, add loaders."
            )
        ]
    }

    func rowLimitFinding(_ board: Board, at now: Timestamp) -> Finding? {
        guard let limit = UsageView.Limit(board, settings, at: now), limit.isWarning else { return nil }
        return Finding(
            .init(.rowLimit),
            .warning,
            since: limitPassedOn(board, limit, at: now).start,
            meaning: "\(limit.used) of \(limit.rowLimit) rows of the row limit were replicated in 30 days "
                + "(\(Int(limit.share * 100)) %). Nothing stops at the limit.",
            action: "`deskpipe usage` names the largest tables: exclude some, or read them less often."
        )
    }

    /// The end of the first run that published something and since which nothing was loaded, where that is long ago.
    private func stalledSince(_ connection: KnownConnection, at now: Timestamp) -> Timestamp? {
        let last = connection.account.loads.last?.at ?? Timestamp(microseconds: 0)
        let first = connection.account.runs.ended.first { run in
            run.records > 0 && (run.completedAt ?? run.startedAt) > last
        }
        guard let first else { return nil }
        let end = first.completedAt ?? first.startedAt
        return now - end > Self.lag ? end : nil
    }

    /// The hour since which loads have lagged, each hour more than the one before.
    private func growingSince(_ connection: KnownConnection, at now: Timestamp) -> Timestamp? {
        let lags = connection.account.loads.lags
        var hour = now.seconds / 3600
        // The hour under way may have had no load yet.
        if lags[hour] == nil { hour -= 1 }
        guard let latest = lags[hour], latest > Self.lag else { return nil }
        let end = hour
        while let lag = lags[hour], let before = lags[hour - 1], before < lag { hour -= 1 }
        return hour < end ? Timestamp(seconds: hour * 3600) : nil
    }

    /// The day of the period on which the rows of it and the days before reached the warning.
    private func limitPassedOn(_ board: Board, _ limit: UsageView.Limit, at now: Timestamp) -> Day {
        let period = Day.thisPeriod(at: now)
        var rest = limit.used
        var day = period.upperBound
        while day > period.lowerBound {
            rest -= board.known().reduce(0) { $0 + $1.sums(of: day...day).replicated }
            guard UsageView.Limit.isWarning(rest, of: limit.rowLimit) else { return day }
            day = day - 1
        }
        return day
    }
}
