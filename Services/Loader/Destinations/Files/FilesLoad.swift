import Failpoints
import Foundation
import Loader
import Model

/// One batch on its way into a directory of files, under its lock: writes all of it but the manifest, which the caller
/// puts in place.
struct FilesLoad {
    let batch: LoadBatch
    let disk: FilesDirectory
    /// As it will be with the batch.
    var manifest: FilesManifest
    private let names: NameMap
    var outcome: LoadOutcome
    var staged: StagedFiles

    /// How long files that no longer count stay for those who read them, in seconds.
    private static let grace: Int64 = 3600

    /// - Parameters:
    ///   - batch: with the names that tables and columns have in the files.
    ///   - manifest: as it is before the batch.
    init(batch: LoadBatch, manifest: FilesManifest, names: NameMap, at time: Timestamp, disk: FilesDirectory) {
        self.batch = batch
        self.names = names
        self.disk = disk
        self.manifest = manifest
        self.manifest.commit += 1
        staged = StagedFiles(disk: disk, commit: self.manifest.commit)
        // Rises also when the clock does not.
        let last = Timestamp(parsing: manifest.batchedAt) ?? time
        outcome = LoadOutcome(batchedAt: max(time, last + .microseconds(1)))
        self.manifest.batchedAt = outcome.batchedAt.formatted(.microseconds)
    }

    /// Refuses a table that has lost all its parts by another hand.
    func checkRows(_ state: SchemaState) throws {
        for table in state.tablesWithRows(batch) {
            guard let known = manifest.tables.first(where: { $0.name == table }), let newest = known.newest,
                !disk.exists(newest)
            else { continue }
            let dropped = Set(manifest.dropped.map(\.path))
            let isLeft = try disk.list(known.directory).contains { name in
                name.hasPrefix("part") && !dropped.contains("\(known.directory)/\(name)")
            }
            guard isLeft else { throw state.truncated(table) }
        }
    }

    /// Writes the files to staging.
    /// - Parameter before: the manifest that counts until then.
    mutating func write(_ before: FilesManifest, _ conclude: (LoadOutcome) throws -> Conclusion) throws {
        try removeReplayed(before)
        try applyChanges()
        for load in batch.tables where !load.records.isEmpty { try write(load) }
        for change in batch.versions { try apply(change) }
        if !batch.versions.isEmpty {
            try Failpoint.versionsApplied.hit(orFail: DestinationError.atFailpoint)
        }
        try writeRejected()
        for declaration in batch.declarations { manifest.set(declaration) }
        for change in batch.positions { manifest.set(change.new) }
        outcome = names.full(outcome)
        let conclusion = try conclude(outcome)
        try writeReports(conclusion.reports)
        for (name, data) in try FilesOutbox.files(conclusion.outbox, commit: manifest.commit) {
            try staged.write(name, data)
        }
    }

    /// Puts the files in place; none counts yet.
    func putInPlace() throws { try staged.putInPlace() }

    private mutating func applyChanges() throws {
        try SQLIdentifier.check(batch, limit: nil)
        manifest.names += names.added.map(FilesManifest.Name.init)
        for change in batch.changes {
            switch change {
            case .createTable(let table):
                if let place = manifest.place(of: table.name) {
                    try refuseOthers(table.columns, in: manifest.tables[place])
                    continue
                }
                let new = FilesTable(table)
                manifest.tables.append(new)
                // A reader's pattern finds a file from the first moment on.
                try staged.writePart("\(new.directory)/empty-\(manifest.commit).jsonl.gz") { _ in }
            case .addColumn(let table, let column):
                guard let place = manifest.place(of: table) else { continue }
                try refuseOthers([column], in: manifest.tables[place])
                guard !manifest.tables[place].columns.contains(where: { $0.name == column.name }) else { continue }
                manifest.tables[place].columns.append(FilesTable.Field(name: column.name, type: column.type))
            }
        }
    }

    /// Another one's column may have come since the batch was planned, of another type.
    /// - Throws: ``DestinationError/positionMoved``.
    private func refuseOthers(_ columns: [Column], in table: FilesTable) throws {
        let types = Dictionary(table.columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let isOther = columns.contains { types[$0.name] ?? $0.type != $0.type }
        if isOther { throw DestinationError.positionMoved }
    }

    private mutating func write(_ load: TableLoad) throws {
        guard let place = manifest.place(of: load.table.name) else {
            throw DestinationError.failed("there is no table \(load.table.name)")
        }
        try Self.checkKeys(of: load)
        let held = manifest.tables[place].table
        var result = outcome.tables[held.name] ?? TableOutcome()
        var isEffective = [Bool](repeating: true, count: load.records.count)
        if case .kept = held.kind {
            try judge(load, held, place, &isEffective, &result)
        } else {
            // Whether the key is in earlier files is not looked up: every record is a row that is added.
            result.inserted += load.records.count
        }
        let root = load.table.name
        let rows = isEffective.indices.filter { isEffective[$0] }
        try write(load.rows, held, rows.map { ($0, load.records[$0]) }, of: root)
        for subload in load.subtables {
            guard let table = manifest.place(of: subload.table.name).map({ manifest.tables[$0].table }) else {
                throw DestinationError.failed("there is no table \(subload.table.name)")
            }
            let rows = subload.parents.indices.filter { isEffective[subload.parents[$0]] }
            try write(subload.rows, table, rows.map { ($0, load.records[subload.parents[$0]]) }, of: root)
            result.subtables[table.name, default: 0] += rows.count
        }
        outcome.tables[held.name] = result
    }

    /// Writes one part.
    private mutating func write(
        _ buffer: RowBuffer,
        _ table: Table,
        _ rows: [(row: Int, record: TableLoad.Record)],
        of root: String
    ) throws {
        guard !rows.isEmpty, let place = manifest.place(of: table.name), let rootPlace = manifest.place(of: root) else {
            return
        }
        let name = partPath(manifest.tables[place].directory, of: root)
        var encoder = try JSONRowEncoder(buffer, in: table, batchedAt: manifest.batchedAt)
        try staged.writePart(name) { file in
            var bytes: [UInt8] = []
            for (row, record) in rows {
                encoder.append(row, record, to: &bytes)
                guard bytes.count > 65_536 else { continue }
                try file.write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            try file.write(bytes)
        }
        if table.name == root { manifest.tables[place].newest = name }
        switch manifest.tables[rootPlace].table.kind {
        case .versioned, .appended:
            guard let version = rows.compactMap(\.record.tableVersion).max() else { return }
            let part = FilesTable.Part(path: name, version: version, rows: table.name == root ? rows.count : 0)
            manifest.tables[rootPlace].parts = (manifest.tables[rootPlace].parts ?? []) + [part]
        case .keyed, .kept, .subtable: return
        }
    }

    /// Takes a complete read of a table over: what it did not bring is marked, or no longer counts.
    private mutating func apply(_ change: VersionChange) throws {
        guard let place = manifest.place(of: change.table) else { return }
        switch manifest.tables[place].table.kind {
        case .keyed, .subtable: return
        case .kept: try markDeleted(change, place)
        case .versioned, .appended:
            manifest.set(change)
            let parts = manifest.tables[place].parts ?? []
            let old = parts.filter { $0.version < change.tableVersion }
            let left = parts.filter { $0.version >= change.tableVersion }
            manifest.tables[place].parts = left
            if old.contains(where: { $0.path == manifest.tables[place].newest }) {
                manifest.tables[place].newest = left.last { $0.rows > 0 }?.path
            }
            manifest.dropped += old.map { .init(path: $0.path, since: outcome.batchedAt.seconds) }
            outcome.tables[change.table, default: TableOutcome()].deleted += old.reduce(0) { $0 + $1.rows }
        }
    }

    private mutating func writeRejected() throws {
        guard !batch.rejected.isEmpty else { return }
        let first = batch.rejected[0]
        let stem = "\(FilesRejections.directory)/part-\(first.partition)-\(first.offset)"
        try staged.writePart(rejectedPart(stem)) { file in
            for row in batch.rejected { try file.write(BookkeepingLine.of(row)) }
        }
    }

    /// Writes reports by the day they are of, so that old ones go a directory at a time.
    private mutating func writeReports(_ reports: [LoadingReport]) throws {
        let days = Dictionary(grouping: reports) { String($0.completedAt.formatted().prefix(10)) }
        for (day, reports) in days.sorted(by: { $0.key < $1.key }) {
            let range = reports[0].batch
            let name = "part-\(range.partition)-\(range.firstOffset)-\(manifest.commit).jsonl.gz"
            try staged.writePart("table=\(BookkeepingTable.loads.rawValue)/day=\(day)/\(name)") { file in
                for report in reports { try file.write(BookkeepingLine.of(report)) }
            }
        }
    }

    func fullName(ofTable name: String) -> String { names.fullName(ofTable: name) }

    /// The path of a table's next part: no other batch has its commit, and no other topic is in its table.
    func partPath(_ directory: String, of root: String, _ word: String = "part") -> String {
        let change =
            batch.positions.first { $0.new.topic.hasSuffix(".\(fullName(ofTable: root))") } ?? batch.positions.first
        let place = "\(change?.new.partition ?? 0)-\(change?.expected?.nextOffset ?? 0)-\(manifest.commit)"
        var path = "\(directory)/\(word)-\(place).jsonl.gz"
        var number = 1
        while staged.temporary(of: path) != nil {
            number += 1
            path = "\(directory)/\(word)\(number)-\(place).jsonl.gz"
        }
        return path
    }

    /// Removes dropped parts and reports that have had their time. Safe at any moment: none of them counts.
    mutating func removeExpired() throws {
        let now = outcome.batchedAt
        for old in manifest.dropped where old.since + Self.grace <= now.seconds { try disk.remove(old.path) }
        manifest.dropped.removeAll { $0.since + Self.grace <= now.seconds }
        let oldest = "day=" + (now - LoadsRow.kept).formatted().prefix(10)
        let loads = "table=\(BookkeepingTable.loads.rawValue)"
        for day in try disk.list(loads) where day.hasPrefix("day=") && day < oldest {
            try disk.removeDirectory("\(loads)/\(day)")
        }
    }

    /// - Throws: ``DestinationError/refused(_:)`` for a row without a value in a key column.
    static func checkKeys(of load: TableLoad) throws {
        var encoder = try JSONRowEncoder(load.rows, in: load.table, batchedAt: "")
        let key = encoder.places(of: load.table.key)
        for row in load.records.indices where !encoder.hasKey(row, key) {
            throw DestinationError.refused("no value in a key column of table \(load.table.name)")
        }
    }
}
