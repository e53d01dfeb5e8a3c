import Foundation
import Loader
import Model

extension FilesLoad {
    /// Sorts the records of a kept list and notes them.
    mutating func judge(
        _ load: TableLoad,
        _ table: Table,
        _ place: Int,
        _ isEffective: inout [Bool],
        _ result: inout TableOutcome
    ) throws {
        var keys = try keys(of: place)
        var encoder = try JSONRowEncoder(load.rows, in: table, batchedAt: manifest.batchedAt)
        let columns = encoder.places(of: table.key)
        for (row, record) in load.records.enumerated() {
            let verdict = keys.verdict(on: record)
            isEffective[row] = verdict == .insert || verdict == .update
            switch verdict {
            case .insert: result.inserted += 1
            case .update: result.updated += 1
            case .superseded: result.superseded += 1
            case .unchanged:
                result.unchanged += 1
                keys.saw(record)
            }
            guard isEffective[row], let members = encoder.keyMembers(ofRow: row, columns) else { continue }
            keys.wrote(record, rowKey: String(decoding: members, as: UTF8.self))
        }
        try write(keys, of: place)
    }

    /// Marks the rows that a complete read of a kept list did not bring: each by a row with its key and sequence.
    mutating func markDeleted(_ change: VersionChange, _ place: Int) throws {
        var keys = try keys(of: place)
        let gone = keys.markDeleted(before: change.tableVersion)
        outcome.tables[change.table, default: TableOutcome()].deleted += gone.count
        guard !gone.isEmpty else { return }
        try write(keys, of: place)
        let name = partPath(manifest.tables[place].directory, of: change.table, "deleted")
        let (time, batched) = (change.time.formatted(.microseconds), manifest.batchedAt)
        try staged.writePart(name) { file in
            for entry in gone {
                let line =
                    "{\(entry.rowKey),\"\(SystemColumn.deletedAt)\":\"\(time)\","
                    + "\"\(SystemColumn.batchedAt)\":\"\(batched)\",\"\(SystemColumn.sequence)\":\(entry.rowSequence)}\n"
                try file.write(Array(line.utf8))
            }
        }
    }

    /// Has all records of a list written again; one that does not come again is still known to be gone.
    mutating func forgetDigests(of place: Int) throws {
        guard manifest.tables[place].keys != nil else { return }
        do {
            var keys = try keys(of: place)
            keys.forgetDigests()
            try write(keys, of: place)
        } catch DestinationError.tableChanged {
            manifest.tables[place].keys = nil
        }
    }

    private func keys(of place: Int) throws -> KeptKeys {
        guard let name = manifest.tables[place].keys else { return KeptKeys() }
        // What this batch has written before is still in staging.
        let path = staged.temporary(of: name) ?? name
        guard let data = try disk.read(path), let keys = try? JSONDecoder().decode(KeptKeys.self, from: data) else {
            let table = manifest.tables[place].name
            throw DestinationError.tableChanged(
                stream: fullName(ofTable: table),
                "the file with the records of table \(table), \(disk.absolute(name)), was removed or damaged"
            )
        }
        return keys
    }

    private mutating func write(_ keys: KeptKeys, of place: Int) throws {
        let directory = manifest.tables[place].directory.dropFirst("table=".count)
        let name = "\(FilesDirectory.keys)/\(directory)-\(manifest.commit).json"
        let data = try FilesManifest.encoder.encode(keys)
        manifest.tables[place].keys = name
        try staged.write(name, data)
    }
}
