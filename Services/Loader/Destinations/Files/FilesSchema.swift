import Failpoints
import Foundation
import LibPQ
package import Loader
import Logging
import Model

/// One connection's schema: a directory of JSON Lines with its manifest. Holds nothing open between calls; each call
/// that changes something holds the directory's lock and reads the manifest under it.
package actor FilesSchema: DestinationSchema {
    package nonisolated var system: String { DestinationKind.files.rawValue }

    private let executor = BlockingExecutor(label: "deskpipe.files")
    private let schema: SchemaName
    private let disk: FilesDirectory
    private let lockLimit: Duration
    private let logger: Logger
    private var owner: SchemaOwner?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ schema: SchemaName, disk: FilesDirectory, lockLimit: Duration, logger: Logger) {
        self.schema = schema
        self.disk = disk
        self.lockLimit = lockLimit
        self.logger = logger
    }

    /// Makes the directory and its manifest where they are missing, and removes what a crash left. A directory that
    /// belongs to another is not written to.
    func open(_ owner: SchemaOwner) throws {
        self.owner = owner
        _ = try held(by: owner)
        for name in [FilesDirectory.own, FilesDirectory.staging, FilesDirectory.keys, FilesDirectory.outbox] {
            try disk.makeDirectory(name)
        }
        try locked { _ in
            if let manifest = try held(by: owner) { return writeViews(of: manifest) }
            for table in [BookkeepingTable.rejected, .loads] {
                try StagedFiles.makeEmptyPart(of: "table=\(table.rawValue)", commit: 0, disk)
            }
            let manifest = FilesManifest(owner: owner, at: Self.now())
            try write(manifest)
            writeViews(of: manifest)
        }
    }

    /// Does what loading needs and undoes it.
    func check() throws {
        let missing = disk.missingDirectories()
        try disk.makeDirectory("")
        let trial = "\(FilesDirectory.own)-check-\(ProcessInfo.processInfo.processIdentifier)"
        defer {
            // Best effort: what cannot be removed was not made.
            try? disk.remove(trial)
            try? disk.remove("\(trial)-renamed")
            for directory in missing { rmdir(directory) }
        }
        let file = try OutputFile(disk.absolute(trial), directory: disk)
        try Array("{}".utf8).withUnsafeBytes { bytes in try file.write(bytes) }
        try file.finish()
        try disk.move(trial, to: "\(trial)-renamed")
    }

    /// What the directory holds.
    func standing(for owner: SchemaOwner) throws -> SchemaStanding {
        guard disk.exists("") else { return SchemaStanding(.absent) }
        guard let manifest = try held(by: owner) else { return SchemaStanding(.empty) }
        return SchemaStanding(.own(tables: manifest.tables.count))
    }

    package func catalog() throws -> SchemaCatalog {
        let state = try manifest().state(on: disk)
        return state.names.full(state.catalog)
    }

    package func positions() throws -> [LogPosition] { try manifest().logPositions }

    package func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) throws -> LoadOutcome {
        try locked { lock in
            let before = try manifest()
            var state = before.state(on: disk)
            let batch = state.names.named(staged.batch)
            try state.check(batch)
            let held = before.positions(of: batch.positions)
            guard PositionCheck(changes: batch.positions, held: held).isExpected else {
                throw DestinationError.positionMoved
            }
            try Failpoint.positionsLocked.hit(orFail: DestinationError.atFailpoint)
            var load = FilesLoad(batch: batch, manifest: before, names: state.names, at: Self.now(), disk: disk)
            try load.begin(state.begin(batch))
            try load.checkRows(state)
            try load.write(before, conclude)
            try Failpoint.rowsStaged.hit(orFail: DestinationError.atFailpoint)
            try expectUnmoved(since: before, lock)
            try load.putInPlace()
            try load.removeExpired()
            // Until here the batch is nothing; writing the manifest makes it all.
            try expectUnmoved(since: before, lock)
            try Failpoint.commitSending.hit(orFail: DestinationError.atFailpoint)
            try write(load.manifest)
            try Failpoint.commitAnswered.hit(orFail: DestinationError.atFailpoint)
            if load.manifest.tables.map(\.table) != before.tables.map(\.table) { writeViews(of: load.manifest) }
            return load.outcome
        }
    }

    /// The only values that files refuse are missing keys.
    package func refusal(of batch: LoadBatch) throws -> String? {
        do {
            for load in batch.tables { try FilesLoad.checkKeys(of: load) }
            return nil
        } catch DestinationError.refused(let reason) {
            return reason
        }
    }

    /// Makes the directory one to read alone.
    /// - Returns: false where there is nothing of the owner.
    func look(_ owner: SchemaOwner) throws -> Bool {
        guard disk.exists(""), try held(by: owner) != nil else { return false }
        self.owner = owner
        return true
    }

    package func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) throws -> [StoredRejection] {
        try FilesRejections(disk: disk, manifest: manifest()).rows(selection, atMost: count, bytes: bytes, after: place)
    }

    package func rejectedGroups(_ selection: RejectedSelection) throws -> [RejectedGroup] {
        try FilesRejections(disk: disk, manifest: manifest()).groups(selection)
    }

    package func oldestVersion(in table: String) throws -> Int64? {
        let manifest = try manifest()
        var state = manifest.state(on: disk)
        guard let place = manifest.place(of: state.names.name(ofTable: table)) else { return nil }
        let held = manifest.tables[place]
        guard let name = held.keys else { return manifest.complete.first { $0.table == held.name }?.tableVersion }
        guard let data = try disk.read(name), let keys = try? JSONDecoder().decode(KeptKeys.self, from: data) else {
            throw DestinationError.failed("\(disk.absolute(name)) is missing or damaged; bring it back")
        }
        return keys.records.values.filter { !$0.isDeleted }.map { $0.version ?? 0 }.min()
    }

    package func unsentMessages(atMost count: Int) throws -> [OutboxMessage] {
        try FilesOutbox(disk: disk).messages(atMost: count, commit: try manifest().commit)
    }

    package func removeSent(_ ids: [String]) throws {
        try locked { _ in try FilesOutbox(disk: disk).remove(Set(ids)) }
    }

    package func close() {}

    /// Runs as the only one who changes the directory, after what a crash left is gone.
    private func locked<Result>(_ body: (SchemaLock) throws -> Result) throws -> Result {
        let lock = try SchemaLock(disk, within: lockLimit)
        defer { lock.release() }
        try removeLeftovers()
        do {
            return try body(lock)
        } catch {
            // A full disk has its room back at once. What cannot be removed now goes before the next batch.
            if lock.isHeld { try? removeLeftovers() }
            throw error
        }
    }

    private func removeLeftovers() throws {
        if let manifest = try FilesManifest.read(disk) { try StagedFiles.removeLeftovers(of: manifest, disk) }
    }

    /// Refuses to go on for a loader that was stopped so long that someone took its lock away and loaded meanwhile.
    private func expectUnmoved(since before: FilesManifest, _ lock: SchemaLock) throws {
        guard lock.isHeld, try FilesManifest.read(disk)?.batchedAt == before.batchedAt else {
            throw DestinationError.positionMoved
        }
    }

    /// - Throws: ``DestinationError/failed(_:)`` where someone removed the manifest since it was opened.
    private func manifest() throws -> FilesManifest {
        guard let owner, disk.exists(FilesManifest.name), let manifest = try held(by: owner) else {
            throw DestinationError.failed(
                "\(disk.absolute(FilesManifest.name)) is gone; bring it back, or remove the directory and reset the "
                    + "connection's streams"
            )
        }
        return manifest
    }

    /// The manifest, when the directory is the owner's; nil where it is free.
    private func held(by owner: SchemaOwner) throws -> FilesManifest? {
        let manifest = try FilesManifest.read(disk)
        if let manifest, manifest.format > FilesManifest.newestFormat {
            throw DestinationError.newerFormat(schema: schema, format: manifest.format)
        }
        let row = manifest.map { manifest in
            OwnerRow(
                tenant: manifest.owner.tenant,
                connection: manifest.owner.connection,
                source: manifest.owner.source,
                format: BookkeepingTable.format
            )
        }
        // A crash before the first manifest leaves no more than Deskpipe's own directory and two empty tables.
        let ours = [FilesDirectory.own] + [BookkeepingTable.rejected, .loads].map { "table=\($0.rawValue)" }
        let others = try disk.list("").contains { name in
            !name.hasPrefix("\(FilesDirectory.own)-check-") && !(ours.contains(name) && disk.exists(FilesDirectory.own))
        }
        try OwnerRow.check(row, schema: schema, owner: owner, hasTables: others)
        return manifest
    }

    private func write(_ manifest: FilesManifest) throws {
        try disk.replace(FilesManifest.name, with: FilesManifest.encoder.encode(manifest))
    }

    /// Writes the views for readers. They can be made again from the manifest, so a failure costs no batch.
    private func writeViews(of manifest: FilesManifest) {
        let text = Data(FilesViews(manifest: manifest, path: disk.path).script.utf8)
        do {
            guard try disk.read(FilesViews.name) != text else { return }
            try disk.replace(FilesViews.name, with: text)
        } catch {
            logger.warning("the views of a directory of files are not written", metadata: [LogKeys.schema: "\(schema)"])
        }
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
