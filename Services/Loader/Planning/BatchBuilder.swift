import Messaging
package import Model

/// Makes a batch's events into what one transaction writes. Pure.
package struct BatchBuilder: Sendable {
    /// The schemas of the catalogue, for streams whose schema event was not seen.
    package var catalogue: [StreamName: StreamSchema]
    package var declarations: [StreamName: StreamDeclaration]
    package var catalog: SchemaCatalog
    package var filter: PositionFilter

    package init(
        catalogue: [StreamName: StreamSchema],
        catalog: SchemaCatalog,
        filter: PositionFilter
    ) {
        self.catalogue = catalogue
        declarations = catalog.declarations
        self.catalog = catalog
        self.filter = filter
    }

    /// - Parameters:
    ///   - refused: places of events that the destination refuses, with its reason.
    ///   - subset: places of the records to take; nil for all. Others are left out entirely, for a trial.
    package func plan(
        _ events: [BatchEvent],
        refused: [Int: String] = [:],
        subset: Set<Int>? = nil,
        at now: Timestamp
    ) -> BatchPlan {
        var work = Work(builder: self, events: events, refused: refused, now: now)
        for (index, event) in events.enumerated() {
            if let subset, event.isRecord, !subset.contains(index) { continue }
            work.take(index, event)
        }
        return work.finish()
    }

    /// What holds while one plan is made.
    private struct Work {
        let builder: BatchBuilder
        let events: [BatchEvent]
        let refused: [Int: String]
        let now: Timestamp
        var declarations: [StreamName: StreamDeclaration]
        var planner: SchemaPlanner
        /// In order of first event.
        var streams: [StreamName] = []
        var accounts: [StreamName: TableAccount] = [:]
        var upserts: [StreamName: [Int]] = [:]
        var needsTable: Set<StreamName> = []
        var versions: [VersionChange] = []
        var rejected: [Int: RejectedRow] = [:]
        var last: [TopicPartition: (offset: Int64, sequence: Int64?, isOtherLog: Bool)] = [:]
        var tables: [TableLoad] = []
        var loadedEvents: [Int] = []

        init(builder: BatchBuilder, events: [BatchEvent], refused: [Int: String], now: Timestamp) {
            self.builder = builder
            self.events = events
            self.refused = refused
            self.now = now
            declarations = builder.declarations
            planner = SchemaPlanner(builder.catalog)
        }

        mutating func take(_ index: Int, _ event: BatchEvent) {
            let stream = event.stream
            if accounts[stream] == nil {
                streams.append(stream)
                let range = LoadingReport.BatchRange(
                    topic: event.topic,
                    partition: event.partition,
                    firstOffset: event.offset,
                    lastOffset: event.offset
                )
                accounts[stream] = TableAccount(stream: stream, batch: range)
            }
            accounts[stream]?.count(event)
            note(event)
            switch event.content {
            case .upsert:
                needsTable.insert(stream)
                if let reason = refused[index] {
                    reject(index, reason)
                } else {
                    upserts[stream, default: []].append(index)
                }
            case .rejected(let record, _): reject(index, record.reason)
            case .undecodable(let reason, _): reject(index, reason)
            case .schema(let schema, let envelope):
                needsTable.insert(stream)
                if envelope.sequence >= declarations[stream]?.sequence ?? 0 {
                    declarations[stream] = StreamDeclaration(schema: schema, sequence: envelope.sequence)
                }
            case .version(let version, let envelope):
                needsTable.insert(stream)
                versions.append(
                    VersionChange(table: stream.rawValue, tableVersion: version.tableVersion, time: envelope.time)
                )
            }
        }

        private mutating func note(_ event: BatchEvent) {
            let partition = event.topicPartition
            let before = last[partition]
            let sequence = [before?.sequence, event.sequence].compactMap(\.self).max()
            last[partition] = (event.offset, sequence, event.isFromOtherLog || before?.isOtherLog ?? false)
        }

        mutating func finish() -> BatchPlan {
            for stream in streams where needsTable.contains(stream) {
                guard let schema = schema(of: stream) else {
                    for index in upserts[stream] ?? [] { reject(index, "the stream has no schema") }
                    continue
                }
                planner.declare(schema)
                if let indices = upserts[stream] { map(indices, schema) }
            }
            let positions = positions()
            let changes = planner.changes
            for change in changes {
                let root = planner.catalog.tables[change.table]?.root ?? change.table
                accounts[StreamName(rawValue: root)]?.changes.append(change.description)
            }
            let load = LoadBatch(
                changes: changes,
                declarations: streams.compactMap { stream in
                    declarations[stream].flatMap { $0 == builder.declarations[stream] ? nil : $0 }
                },
                tables: tables,
                versions: versions,
                rejected: rejected.sorted { $0.key < $1.key }.map(\.value),
                positions: positions
            )
            return BatchPlan(
                load: load,
                accounts: streams.compactMap { accounts[$0] },
                catalog: planner.catalog,
                declarations: declarations,
                loadedEvents: loadedEvents
            )
        }

        private func schema(of stream: StreamName) -> StreamSchema? {
            declarations[stream]?.schema ?? builder.catalogue[stream]
        }

        /// Maps a stream's records: of each key the newest one that can be a row.
        private mutating func map(_ indices: [Int], _ schema: StreamSchema) {
            var mapper = RowMapper(schema, in: planner.catalog)
            var newestFirst: [String: [Int]] = [:]
            var keys: [String?] = []
            for index in indices {
                guard case .upsert(let event) = events[index].content else { continue }
                do throws(RowRejection) {
                    let key = try mapper.key(of: event)
                    keys.append(key)
                    newestFirst[key, default: []].append(index)
                } catch {
                    keys.append(nil)
                    reject(index, error.reason)
                }
            }
            for (key, places) in newestFirst where places.count > 1 {
                newestFirst[key] = places.sorted { rank($0) > rank($1) }
            }
            for (place, index) in indices.enumerated() {
                guard let key = keys[place], let candidates = newestFirst[key], candidates.first == index else {
                    continue
                }
                addNewest(of: candidates, to: &mapper, schema)
            }
            finish(mapper, schema)
        }

        private func rank(_ index: Int) -> (sequence: Int64, place: Int) { (events[index].sequence ?? 0, index) }

        private mutating func addNewest(of candidates: [Int], to mapper: inout RowMapper, _ schema: StreamSchema) {
            for (place, index) in candidates.enumerated() {
                guard case .upsert(let event) = events[index].content else { continue }
                do throws(RowRejection) {
                    try mapper.add(event, receivedAt: events[index].receivedAt)
                    loadedEvents.append(index)
                    accounts[schema.stream]?.rows += 1
                    accounts[schema.stream]?.superseded += candidates.count - place - 1
                    return
                } catch {
                    reject(index, error.reason)
                }
            }
        }

        private mutating func finish(_ mapper: RowMapper, _ schema: StreamSchema) {
            accounts[schema.stream]?.repairs = mapper.repairs
            if let column = schema.replicationKey, let bookmark = mapper.maxBookmark {
                accounts[schema.stream]?.maxBookmark = .init(column: column, value: bookmark.text)
            }
            guard mapper.count > 0 else { return }
            tables.append(mapper.tableLoad(&planner))
        }

        private mutating func reject(_ index: Int, _ reason: String) {
            let event = events[index]
            accounts[event.stream]?.rejected += 1
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
                guard let (offset, sequence, isOtherLog) = last[partition] else { return nil }
                let change = builder.filter.change(of: partition, lastOffset: offset, maxSequence: sequence)
                if isOtherLog, let before = change.expected {
                    let stream = streams.first { accounts[$0]?.batch.topic == partition.topic }
                    let told = "position \(partition) \(before.nextOffset) -> \(change.new.nextOffset): another log"
                    if let stream { accounts[stream]?.changes.append(told) }
                }
                return change
            }
        }
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

extension RowMapper {
    /// The rows, with their tables as they will be; columns and sub-tables that they brought are asked of the planner.
    func tableLoad(_ planner: inout SchemaPlanner) -> TableLoad {
        planner.hold(tables[0].rows.columns, in: root)
        var mapped: [String: MappedTable] = [:]
        for table in tables.dropFirst() where table.rows.count > 0 {
            let shape = TableShape.subtable(table.name, of: root, depth: table.depth)
            planner.hold(shape.columns + table.rows.columns, in: shape)
            mapped[table.name] = table
        }
        // Those without rows too: a record may have lost its sub-rows.
        let subtables = planner.catalog.subtables(of: root.name).map { table in
            SubtableLoad(
                table: table,
                rows: mapped[table.name]?.rows ?? RowBuffer(),
                parents: mapped[table.name]?.parents ?? []
            )
        }
        let table = planner.catalog.tables[root.name] ?? root
        return TableLoad(table: table, rows: tables[0].rows, records: records, subtables: subtables)
    }
}
