import Foundation
import Loader
import Model

/// Reads `_sdc_rejected`: the lines of its parts that count, oldest part's name first.
struct FilesRejections {
    let disk: FilesDirectory
    let manifest: FilesManifest

    static let directory = "table=\(BookkeepingTable.rejected.rawValue)"

    /// A line of a part. What others put there may lack anything.
    private struct Line: Decodable {
        var _sdc_rejected_at: String?
        var table_name: String?
        var reason: String?
        var record: String?
        var _sdc_sequence: Int64?
        var _sdc_table_version: Int64?
        var _sdc_extracted_at: String?
        var topic: String?
        var partition: Int32?
        var offset: Int64?
        var replayable: Bool?
    }

    /// The parts that count, by name.
    func parts() throws -> [String] {
        let dropped = Set(manifest.dropped.map(\.path))
        return try disk.list(Self.directory).filter { name in
            guard name.hasPrefix("part-"), name.hasSuffix(".jsonl.gz") else { return false }
            let number = name.dropLast(".jsonl.gz".count).split(separator: "-").last.flatMap { Int64($0) }
            return (number ?? .max) <= manifest.commit
        }.map { "\(Self.directory)/\($0)" }.filter { !dropped.contains($0) }
    }

    func rows(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after: RejectedPlace?
    ) throws -> [StoredRejection] {
        let start = after.flatMap { Self.split($0.place) }
        var found: [StoredRejection] = []
        var read = 0
        for part in try parts() where part >= start?.part ?? "" {
            let isDone = try each(of: part) { number, row, _ in
                if let start, part == start.part, number <= start.line { return true }
                guard selection.includes(row.row) else { return true }
                found.append(row)
                read += row.row.record.utf8.count
                return found.count < count && read < bytes
            }
            if isDone { break }
        }
        return found
    }

    func groups(_ selection: RejectedSelection) throws -> [RejectedGroup] {
        var groups: [RejectedGroup.Key: RejectedGroup] = [:]
        for part in try parts() {
            try each(of: part) { _, stored, _ in
                let row = stored.row
                guard selection.includes(row) else { return true }
                let key = RejectedGroup.Key(table: row.table, reason: row.reason, isReplayable: row.replayable ? 1 : 0)
                var group =
                    groups[key]
                    ?? RejectedGroup(
                        table: row.table,
                        reason: row.reason,
                        isReplayable: row.replayable,
                        count: 0,
                        first: row.rejectedAt,
                        last: row.rejectedAt
                    )
                group.count += 1
                group.first = min(group.first, row.rejectedAt)
                group.last = max(group.last, row.rejectedAt)
                groups[key] = group
                return true
            }
        }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Reads a part's lines until the body wants no more.
    /// - Returns: true where it wants no more.
    @discardableResult
    func each(
        of part: String,
        _ body: (_ line: Int, StoredRejection, ArraySlice<UInt8>) throws -> Bool
    ) throws -> Bool {
        let file = try GunzipFile(disk.absolute(part))
        var number = 0
        while let line = try file.line() {
            number += 1
            guard let decoded = try? JSONDecoder().decode(Line.self, from: Data(line)) else {
                throw DestinationError.failed("\(disk.absolute(part)) has a line that is no row of _sdc_rejected")
            }
            if try !body(number, Self.row(decoded, "\(part)#\(number)"), line) { return true }
        }
        return false
    }

    /// The part that a place is in, and its line.
    static func split(_ place: String) -> (part: String, line: Int)? {
        guard let sign = place.lastIndex(of: "#"), let line = Int(place[place.index(after: sign)...]) else {
            return nil
        }
        return (String(place[..<sign]), line)
    }

    private static func row(_ line: Line, _ place: String) -> StoredRejection {
        let row = RejectedRow(
            table: line.table_name ?? "",
            reason: line.reason ?? "",
            record: line.record ?? "",
            rejectedAt: line._sdc_rejected_at.flatMap { Timestamp(parsing: $0) } ?? Timestamp(microseconds: 0),
            extractedAt: line._sdc_extracted_at.flatMap { Timestamp(parsing: $0) },
            sequence: line._sdc_sequence,
            tableVersion: line._sdc_table_version,
            topic: line.topic ?? "",
            partition: line.partition ?? 0,
            offset: line.offset ?? 0,
            replayable: line.replayable ?? false
        )
        return StoredRejection(
            place: RejectedPlace(place: place, topic: row.topic, partition: row.partition, offset: row.offset),
            row: row
        )
    }
}

extension RejectedGroup {
    fileprivate struct Key: Hashable, Comparable {
        var table: String
        var reason: String
        var isReplayable: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.table, left.reason, left.isReplayable) < (right.table, right.reason, right.isReplayable)
        }
    }
}

extension RejectedSelection {
    fileprivate func includes(_ row: RejectedRow) -> Bool {
        (table ?? row.table) == row.table && row.reason.hasPrefix(reason ?? "")
            && row.rejectedAt <= until ?? row.rejectedAt && (!isReplayable || row.replayable)
    }
}

extension FilesLoad {
    /// Writes the parts with rows that the batch replays anew, without those; the old ones do not count from its commit
    /// on.
    /// - Throws: ``DestinationError/positionMoved`` when one of the rows is not what it was.
    mutating func removeReplayed(_ before: FilesManifest) throws {
        guard !batch.replayed.isEmpty else { return }
        let rejections = FilesRejections(disk: disk, manifest: before)
        let counting = Set(try rejections.parts())
        let gone = Set(batch.replayed)
        var removed: Set<RejectedPlace> = []
        let parts = Set(batch.replayed.compactMap { FilesRejections.split($0.place)?.part })
        for part in parts.sorted() {
            guard counting.contains(part) else { throw DestinationError.positionMoved }
            manifest.dropped.append(.init(path: part, since: outcome.batchedAt.seconds))
            var hasRest = false
            try rejections.each(of: part) { _, row, _ in
                if gone.contains(row.place) { removed.insert(row.place) } else { hasRest = true }
                return true
            }
            guard hasRest else { continue }
            let stem = part.dropLast(".jsonl.gz".count).split(separator: "-").dropLast().joined(separator: "-")
            try staged.writePart(rejectedPart(String(stem))) { file in
                try rejections.each(of: part) { _, row, line in
                    if !gone.contains(row.place) { try file.write(Array(line) + [UInt8(ascii: "\n")]) }
                    return true
                }
            }
        }
        guard removed == gone else { throw DestinationError.positionMoved }
    }

    /// The path of a part of `_sdc_rejected` that no other part of the commit has.
    /// - Parameter stem: all of its name that stands before the commit.
    func rejectedPart(_ stem: String) -> String {
        var path = "\(stem)-\(manifest.commit).jsonl.gz"
        var number = 1
        while staged.temporary(of: path) != nil {
            number += 1
            path = "\(stem)-\(number)-\(manifest.commit).jsonl.gz"
        }
        return path
    }
}
