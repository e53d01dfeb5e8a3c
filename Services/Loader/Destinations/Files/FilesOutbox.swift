import Foundation
import Loader

/// The messages that wait to be published: small files, `_deskpipe/outbox/<commit>-<part>.jsonl`, in order of their
/// names. Those of a commit that the manifest has not reached do not count.
struct FilesOutbox {
    let disk: FilesDirectory

    /// Messages of one file: what is rewritten when some of them are sent.
    private static let chunk = 100

    private struct Line: Codable {
        var id: String
        var topic: String
        var key: String
        var body: String
    }

    /// The files for a commit's messages, by name.
    static func files(_ messages: [OutboxMessage], commit: Int64) throws -> [(name: String, data: Data)] {
        try stride(from: 0, to: messages.count, by: chunk).enumerated().map { part, first in
            let name = "\(FilesDirectory.outbox)/\(padded(commit, 19))-\(padded(Int64(part), 6)).jsonl"
            return (name, try data(messages[first..<min(first + chunk, messages.count)]))
        }
    }

    /// The oldest messages.
    func messages(atMost count: Int, commit: Int64) throws -> [OutboxMessage] {
        var messages: [OutboxMessage] = []
        for name in try disk.list(FilesDirectory.outbox) where messages.count < count {
            guard let written = Int64(name.prefix { $0 != "-" }), written <= commit else { continue }
            messages += try read(name)
        }
        return Array(messages.prefix(count))
    }

    func remove(_ ids: Set<String>) throws {
        var left = ids
        for name in try disk.list(FilesDirectory.outbox) where !left.isEmpty {
            let messages = try read(name)
            let kept = messages.filter { !left.contains($0.id) }
            left.subtract(messages.map(\.id))
            if kept.isEmpty {
                try disk.remove("\(FilesDirectory.outbox)/\(name)")
            } else if kept.count < messages.count {
                try disk.replace("\(FilesDirectory.outbox)/\(name)", with: Self.data(kept[...]))
            }
        }
    }

    private func read(_ name: String) throws -> [OutboxMessage] {
        guard let data = try disk.read("\(FilesDirectory.outbox)/\(name)") else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map { line in
            let line = try JSONDecoder().decode(Line.self, from: line)
            return OutboxMessage(id: line.id, topic: line.topic, key: line.key, body: line.body)
        }
    }

    private static func data(_ messages: ArraySlice<OutboxMessage>) throws -> Data {
        var data = Data()
        for message in messages {
            let line = Line(id: message.id, topic: message.topic, key: message.key, body: message.body)
            data += try FilesManifest.encoder.encode(line)
            data.append(UInt8(ascii: "\n"))
        }
        return data
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
