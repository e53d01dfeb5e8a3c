import Catalog
import Model

/// One connection with all that is known of it, and what follows from that at a time.
struct KnownConnection: Sendable {
    let definition: ConnectionDefinition
    let account: ConnectionAccount
    /// The streams that it reads, in the catalogue's order.
    let selected: [StreamDefinition]
    /// Records published by stream.
    private let published: [StreamName: Int]

    init(_ definition: ConnectionDefinition, _ account: ConnectionAccount) {
        self.definition = definition
        self.account = account
        selected = Self.selected(by: definition)
        published = account.runs.recordsPublished
    }

    var key: ConnectionKey { definition.key }

    func running(at now: Timestamp) -> ExtractionReport? { account.runs.running(at: now) }

    /// What the newest report says of a stream.
    func report(of stream: StreamName) -> StreamReport? {
        account.runs.newest?.streams.first { $0.stream == stream }
    }

    func parking(of stream: StreamName) -> ConnectionState.Parking? { account.state?.parked?[stream] }

    /// Everything that Zendesk had made visible by then is published. A bookmark tells it after each page.
    func asOf(_ stream: StreamName) -> Timestamp? {
        account.places[stream].map(\.asOf) ?? report(of: stream)?.asOf
    }

    func table(of stream: StreamName) -> TableHistory? { account.loads.tables[stream.rawValue] }

    /// Records published and not loaded yet, by stream; streams without any are absent.
    var rowsToLoad: [StreamName: Int] {
        var rest: [StreamName: Int] = [:]
        for (stream, records) in published where !isLoaded(stream) {
            let missing = records - (table(of: stream)?.events ?? 0)
            if missing > 0 { rest[stream] = missing }
        }
        return rest
    }

    /// True where the newest event that was published of a stream is loaded.
    func isLoaded(_ stream: StreamName) -> Bool {
        let published = published[stream] ?? 0
        guard let table = table(of: stream) else { return published == 0 }
        guard let place = account.places[stream], table.maxSequence > 0 else { return table.events >= published }
        return table.maxSequence >= place.sequence
    }

    /// As ``asOf(_:)``, and loaded.
    func loadedAsOf(_ stream: StreamName) -> Timestamp? {
        guard let asOf = asOf(stream) else { return nil }
        if isLoaded(stream) { return asOf }
        return table(of: stream)?.maxExtractedAt.map { min($0, asOf) }
    }

    /// How old a stream's load may be: twice its interval and 10 minutes, and more where the schedule has a longer pause.
    func allowedAge(of stream: StreamDefinition, since: Timestamp) -> Duration {
        let interval = stream.interval(in: definition, requests: account.places[stream.name]?.requests)
        let grid = definition.schedules?[stream.name].map(ScheduleGrid.init(beside:)) ?? ScheduleGrid(of: definition)
        let pause = grid.start(after: grid.start(after: since)) - since
        return max(interval * 2, pause) + .seconds(600)
    }

    /// Since when a stream's load has been older than its schedule allows; nil where it is not, and for one that is not
    /// read.
    func lateSince(_ stream: StreamDefinition, at now: Timestamp) -> Timestamp? {
        guard parking(of: stream.name) == nil, let since = loadedAsOf(stream.name) ?? beginning(of: stream.name) else {
            return nil
        }
        // Nobody waits for what was paused.
        let start = max(since, resumedAt ?? since)
        let end = start + allowedAge(of: stream, since: start)
        return now > end ? end : nil
    }

    func isLate(_ stream: StreamDefinition, at now: Timestamp) -> Bool { lateSince(stream, at: now) != nil }

    /// From when on a stream could have been read that has not caught up yet.
    private func beginning(of stream: StreamName) -> Timestamp? {
        let firstRun = account.runs.ended.first?.startedAt ?? account.runs.newest?.startedAt
        guard let start = firstRun ?? account.definedAt else { return nil }
        let changes = [account.definedAt, account.places[stream]?.resetAt, table(of: stream)?.resetAt]
        return changes.compactMap(\.self).reduce(start, max)
    }

    private var resumedAt: Timestamp? { account.state?.commands?.last { $0.type == .resume }?.issuedAt }

    /// Tables whose newest load has failed, by name.
    var failingTables: [(table: String, failure: LoadFailure)] {
        account.loads.tables.compactMap { name, table in table.failure.map { (name, $0) } }.sorted { $0.0 < $1.0 }
    }

    /// How it stands, and why where that needs a person.
    func standing(at now: Timestamp) -> (standing: Standing, problem: String?) {
        if let (table, failure) = failingTables.first {
            return (.failing, "\(table) cannot be loaded: \(failure.error)")
        }
        if running(at: now) != nil { return (.running, nil) }
        if account.state?.pausedSince != nil { return (.paused, nil) }
        guard account.runs.newest != nil else { return (.neverRun, nil) }
        if let last = account.runs.last, last.hasFailed { return (.failing, last.problem) }
        let late = selected.filter { isLate($0, at: now) }.map(\.name.rawValue)
        guard late.isEmpty else {
            return (.delayed, "\(late.joined(separator: ", ")): older than the schedule allows")
        }
        return (isLoadingItsFirst ? .running : .caughtUp, nil)
    }

    /// True while not all is loaded that its first runs brought, up to the first one without trouble: nothing has caught up
    /// before.
    private var isLoadingItsFirst: Bool {
        guard !rowsToLoad.isEmpty, let newest = account.runs.ended.indices.last else { return false }
        let end = account.runs.ended.firstIndex { $0.status == .succeeded } ?? newest
        let brought = account.runs.ended[...end].reduce(0) { $0 + $1.records }
        return account.loads.tables.values.reduce(0) { $0 + $1.events } < brought
    }

    /// Where the selection names what this version does not know, the others.
    private static func selected(by definition: ConnectionDefinition) -> [StreamDefinition] {
        if let streams = try? Catalog.streams(of: definition.source, selectedBy: definition.streams) { return streams }
        let named = Set(definition.streams.include ?? [])
        return Catalog.streams(of: definition.source).filter { stream in
            (named.isEmpty ? stream.isDefault : named.contains(stream.name.rawValue))
                && !definition.streams.exclude.contains(stream.name.rawValue)
        }
    }

    /// When the next scheduled run begins; nil while it is paused, and where the schedule has no more.
    func nextRun(at now: Timestamp) -> Timestamp? {
        (account.state ?? ConnectionState()).nextSlot(of: definition, at: now)
    }
}

extension RunRow {
    /// What went wrong, in words; nil where nothing did.
    var problem: String? {
        if let error { return error.message }
        guard let first = troubles.first(where: { $0.status == .failed }) else {
            return status == .failed ? "the run failed" : nil
        }
        return "\(first.stream): \(first.reason ?? "failed")"
    }
}
