import Foundation
import Loader

/// The records of one kept list, by their key: what tells whether a record changed, and which are gone.
///
/// A list is small, so all of it is one file, written anew by a batch that touches the list.
struct KeptKeys: Codable, Hashable {
    private(set) var records: [String: Entry] = [:]

    struct Entry: Codable, Hashable {
        /// The newest sequence and version that were seen.
        var sequence: Int64
        var version: Int64?
        var digest: String?
        var isDeleted: Bool
        /// The sequence of the row that is in the files, which a record without a change does not write again.
        var rowSequence: Int64
        /// The row's key columns, as the members of a JSON object.
        var rowKey: String

        enum CodingKeys: String, CodingKey {
            case sequence, version, digest
            case isDeleted = "deleted"
            case rowSequence = "row_sequence"
            case rowKey = "row_key"
        }
    }

    enum Verdict: Hashable {
        case insert
        case update
        case unchanged
        case superseded
    }

    /// What becomes of a record.
    func verdict(on record: TableLoad.Record) -> Verdict {
        guard let held = records[record.key] else { return .insert }
        if record.sequence <= held.sequence { return .superseded }
        return !held.isDeleted && record.digest != nil && record.digest == held.digest ? .unchanged : .update
    }

    /// Notes a record whose row is written.
    mutating func wrote(_ record: TableLoad.Record, rowKey: String) {
        records[record.key] = Entry(
            sequence: record.sequence,
            version: record.tableVersion,
            digest: record.digest,
            isDeleted: false,
            rowSequence: record.sequence,
            rowKey: rowKey
        )
    }

    /// Notes a record whose row is already there.
    mutating func saw(_ record: TableLoad.Record) {
        records[record.key]?.sequence = record.sequence
        records[record.key]?.version = record.tableVersion
    }

    /// Takes every record for changed, whatever it is like when it comes again.
    mutating func forgetDigests() {
        records = records.mapValues { entry in
            var entry = entry
            entry.digest = nil
            return entry
        }
    }

    /// Marks the records that a complete read did not bring; gives those that were not marked before, by their key.
    mutating func markDeleted(before version: Int64) -> [Entry] {
        let gone = records.filter { !$0.value.isDeleted && $0.value.version ?? 0 < version }.keys.sorted()
        return gone.compactMap { key in
            records[key]?.isDeleted = true
            return records[key]
        }
    }
}
