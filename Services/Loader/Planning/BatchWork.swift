import Messaging
import Model

/// The making of one plan: what a batch's events are so far.
struct BatchWork {
    private let builder: BatchBuilder
    private let events: [BatchEvent]
    private let refused: [Int: String]
    private let now: Timestamp
    private var declarations: [StreamName: StreamDeclaration]
    private var planner: SchemaPlanner
    /// In order of first event.
    private var streams: [StreamWork] = []
    private var places: [StreamName: Int] = [:]
    private var versions: [VersionChange] = []
    private var rejected: [Int: RejectedRow] = [:]
    private var last: [TopicPartition: Reach] = [:]
    private var tables: [TableLoad] = []
    private var loadedEvents: [Int] = []
    /// Streams that are read anew from this batch on.
    private let resets: [StreamName]
    /// What their reports say of it.
    private var resetChanges: [StreamName: [String]] = [:]

    init(builder: BatchBuilder, events: [BatchEvent], refused: [Int: String], now: Timestamp) {
        self.builder = builder
        self.events = events
        self.refused = refused
        self.now = now
        declarations = builder.declarations
        planner = SchemaPlanner(builder.catalog)
        let marks = builder.resets(in: events)
        resets = marks.keys.sorted()
        loadedEvents.reserveCapacity(events.count)
        for (stream, mark) in marks { begin(stream, mark) }
    }

    /// Begins a stream anew; what is declared of it holds on, with the reset's mark.
    private mutating func begin(_ stream: StreamName, _ mark: Int64) {
        let told = planner.forgetDamaged(of: stream).map { "drop table \($0)" }
        resetChanges[stream] = ["reset \(stream)"] + told
        guard let schema = schema(of: stream) else { return }
        let declared = declarations[stream] ?? StreamDeclaration(schema: schema, sequence: 0)
        declarations[stream] = declared.marked(mark)
    }

    /// - Parameter last: the place of the stream of the event before, which is mostly the same.
    /// - Returns: the place of the event's stream in ``streams``.
    mutating func take(_ index: Int, after last: Int?) -> Int {
        let event = events[index]
        let place = place(of: event, after: last)
        streams[place].account.count(event)
        note(event)
        switch event.content {
        case .upsert:
            streams[place].needsTable = true
            if let reason = refused[index] {
                reject(index, reason)
            } else {
                streams[place].upserts.append(index)
            }
        case .rejected(let record, _): reject(index, record.reason)
        case .undecodable(let reason, _): reject(index, reason)
        case .schema(let schema, let envelope):
            streams[place].needsTable = true
            if envelope.sequence >= declarations[event.stream]?.sequence ?? 0 {
                let declared = StreamDeclaration(schema: schema, sequence: envelope.sequence)
                declarations[event.stream] = declared.marked(declarations[event.stream]?.reset)
            }
        case .version(let version, let envelope):
            streams[place].needsTable = true
            versions.append(
                VersionChange(
                    table: event.stream.rawValue,
                    tableVersion: version.tableVersion,
                    time: envelope.time
                )
            )
        }
        return place
    }

    private mutating func place(of event: BatchEvent, after last: Int?) -> Int {
        if let last, streams[last].stream == event.stream { return last }
        if let known = places[event.stream] { return known }
        let range = LoadingReport.BatchRange(
            topic: event.topic,
            partition: event.partition,
            firstOffset: event.offset,
            lastOffset: event.offset
        )
        let account = TableAccount(stream: event.stream, batch: range)
        streams.append(StreamWork(stream: event.stream, account: account))
        places[event.stream] = streams.count - 1
        return streams.count - 1
    }

    private mutating func note(_ event: BatchEvent) {
        last[event.topicPartition, default: Reach(event)].extend(to: event)
    }

    private static let noSchema =
        "the stream is not known: no schema event and no entry of the catalogue tells its key"

    mutating func finish() -> BatchPlan {
        for place in streams.indices where streams[place].needsTable {
            guard let schema = schema(of: streams[place].stream) else {
                for index in streams[place].upserts { reject(index, Self.noSchema) }
                continue
            }
            planner.declare(schema)
            if !streams[place].upserts.isEmpty { map(place, schema) }
        }
        let positions = positions()
        let changes = planner.changes
        for (stream, told) in resetChanges {
            if let place = places[stream] { streams[place].account.changes += told }
        }
        for change in changes {
            let root = planner.catalog.tables[change.table]?.root ?? change.table
            guard let place = places[StreamName(rawValue: root)] else { continue }
            streams[place].account.changes.append(change.description)
        }
        let load = LoadBatch(
            resets: resets.map { TableReset(table: $0.rawValue) },
            changes: changes,
            declarations: streams.compactMap { work in
                declarations[work.stream].flatMap { $0 == builder.declarations[work.stream] ? nil : $0 }
            },
            tables: tables,
            versions: versions,
            rejected: rejected.sorted { $0.key < $1.key }.map(\.value),
            positions: positions
        )
        return BatchPlan(
            load: load,
            accounts: streams.map(\.account),
            catalog: planner.catalog,
            declarations: declarations,
            loadedEvents: loadedEvents
        )
    }

    private func schema(of stream: StreamName) -> StreamSchema? {
        declarations[stream]?.schema ?? builder.catalogue[stream]
    }

    /// Maps a stream's records: of each key the newest one that can be a row.
    private mutating func map(_ place: Int, _ schema: StreamSchema) {
        let indices = streams[place].upserts
        var mapper = RowMapper(schema, in: planner.catalog, storage: builder.storage)
        mapper.reserve(records: indices.count, bytes: streams[place].account.bytes / 2)
        var chains = RecordChains(capacity: indices.count)
        // By the records' places in the chains: read once.
        var keys: [KeyPart?] = []
        keys.reserveCapacity(indices.count)
        for index in indices {
            guard case .upsert(let event) = events[index].content else { continue }
            do throws(RowRejection) {
                chains.add(try mapper.recordKey(of: event), event: index, sequence: event.envelope.sequence)
                keys.append(mapper.integerKey)
            } catch {
                reject(index, error.reason)
            }
        }
        let superseded = chains.takeNewest { add($0, keys[$1], to: &mapper) }
        streams[place].account.superseded += superseded
        streams[place].account.rows += mapper.count
        finish(mapper, place, schema)
    }

    /// - Returns: false where the record cannot be a row.
    private mutating func add(_ index: Int, _ key: KeyPart?, to mapper: inout RowMapper) -> Bool {
        guard case .upsert(let event) = events[index].content else { return false }
        do throws(RowRejection) {
            try mapper.add(event, receivedAt: events[index].receivedAt, key: key)
            loadedEvents.append(index)
            return true
        } catch {
            reject(index, error.reason)
            return false
        }
    }

    private mutating func finish(_ mapper: RowMapper, _ place: Int, _ schema: StreamSchema) {
        streams[place].account.repairs = mapper.repairs
        if let column = schema.replicationKey, let bookmark = mapper.maxBookmark {
            streams[place].account.maxBookmark = .init(column: column, value: bookmark.text)
        }
        guard mapper.count > 0 else { return }
        tables.append(mapper.tableLoad(&planner))
    }

    private mutating func reject(_ index: Int, _ reason: String) {
        let event = events[index]
        if let place = places[event.stream] { streams[place].account.rejected += 1 }
        let kept: (text: String, isWhole: Bool)
        var replayable = false
        switch event.content {
        case .upsert(let record):
            kept = RecordText.cut(record.data)
            replayable = kept.isWhole
        case .rejected(let record, _): kept = RecordText.cut(Array(record.head.utf8)[...])
        case .undecodable(_, let value): kept = RecordText.cut(value)
        case .schema, .version: return
        }
        rejected[index] = RejectedRow(
            table: event.stream.rawValue,
            reason: reason,
            record: kept.text,
            rejectedAt: now,
            extractedAt: event.envelope?.time,
            sequence: event.sequence,
            tableVersion: event.envelope?.tableVersion,
            topic: event.topic,
            partition: event.partition,
            offset: event.offset,
            replayable: replayable
        )
    }

    private mutating func positions() -> [PositionChange] {
        last.keys.sorted().compactMap { partition in
            guard let reach = last[partition] else { return nil }
            let change = builder.filter.change(
                of: partition,
                lastOffset: reach.offset,
                maxSequence: reach.sequence
            )
            if reach.isOtherLog, let before = change.expected {
                let told = "position \(partition) \(before.nextOffset) -> \(change.new.nextOffset): another log"
                let place = streams.firstIndex { $0.account.batch.topic == partition.topic }
                if let place { streams[place].account.changes.append(told) }
            }
            return change
        }
    }
}

/// What a plan holds of one stream while it is made.
private struct StreamWork {
    let stream: StreamName
    var account: TableAccount
    /// The places of the events of its records.
    var upserts: [Int] = []
    var needsTable = false
}

/// How far a plan reaches in one partition of a topic.
private struct Reach {
    var offset: Int64
    var sequence: Int64?
    var isOtherLog: Bool

    init(_ event: BatchEvent) {
        offset = event.offset
        sequence = event.sequence
        isOtherLog = event.isFromOtherLog
    }

    mutating func extend(to event: BatchEvent) {
        offset = event.offset
        if let found = event.sequence { sequence = max(sequence ?? found, found) }
        isOtherLog = isOtherLog || event.isFromOtherLog
    }
}

extension SchemaChange {
    /// The table that it changes.
    var table: String {
        switch self {
        case .createTable(let table): table.name
        case .addColumn(let table, _): table
        }
    }
}
