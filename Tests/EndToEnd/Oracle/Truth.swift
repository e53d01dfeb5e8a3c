import Foundation
import Synchronization
import Testing
import ZendeskSimulator

/// What the simulated account holds, as tables.
final class Truth: Sendable {
    /// The streams that Zendesk gives no more of a deleted ticket: the tables keep the last version that was read, if any
    /// was.
    private static let endingWithTickets = ["ticket_metrics", comments, "ticket_audits"]
    /// A feed that gives no event again when its comment is redacted later: the table keeps what was read.
    private static let feed = "ticket_events"
    private static let comments = "ticket_comments"
    /// The listing of the comments as the events have them.
    private static let eventComments = "ticket_event_comments"

    private let simulator: Simulator
    let streams: [OracleStream]
    /// What the simulator has before the names of a source's streams.
    private let prefix: String
    /// Versions of those streams' records from before a deletion, by stream and record.
    private let former = Mutex<[String: [String: [TableSet.Version]]]>([:])
    /// The same as it was listed, a line for each record and version, of tickets that were told one by one.
    private let formerLines = Mutex<[String: Set<Substring>]>([:])

    init(_ simulator: Simulator, streams: [OracleStream], prefix: String = "") {
        self.simulator = simulator
        self.streams = streams
        self.prefix = prefix
    }

    func tables() async throws -> TableSet {
        var expected = ExpectedTables()
        for stream in streams { try await add(stream, to: &expected) }
        return expected.tables
    }

    /// Keeps what will not be given any more, for ``differences(from:)``. To be called before tickets are deleted or
    /// comments redacted.
    func rememberTickets() async throws {
        for stream in ending {
            for listing in Self.listings(of: stream) {
                var expected = ExpectedTables()
                try await add(stream, from: listing, to: &expected)
                let versions = expected.tables.versions(of: stream)
                former.withLock { former in
                    for (record, version) in versions where former[stream.name]?[record]?.contains(version) != true {
                        former[stream.name, default: [:]][record, default: []].append(version)
                    }
                }
            }
        }
    }

    /// Keeps the same of these tickets, to be looked at when the tables are compared. Cheap enough for many changes of a
    /// large account: to be called before each change for those that will be deleted some day and were changed last.
    func remember(tickets: Set<Int64>) async throws {
        guard !tickets.isEmpty else { return }
        for stream in ending {
            for listing in Self.listings(of: stream) {
                // A listing's lines share its text, which is kept for as long as one of them is.
                let lines = try await lines(listing, of: Array(tickets))
                formerLines.withLock { $0[stream.name, default: []].formUnion(lines) }
            }
        }
    }

    /// A comment may have been read in either form.
    private static func listings(of stream: OracleStream) -> [String] {
        stream.name == comments ? [stream.name, eventComments] : [stream.name]
    }

    /// What differs in tables that should hold all that the account holds now.
    func differences(from actual: TableSet) async throws -> [String] {
        try await expected(for: actual).differences(from: actual)
    }

    /// What is wrong in tables that may lack records, but no part of one.
    func contradictions(in actual: TableSet) async throws -> [String] {
        try await expected(for: actual).limited(toRecordsOf: actual, of: streams).differences(from: actual)
    }

    private var ending: [OracleStream] {
        streams.filter { Self.endingWithTickets.contains($0.name) || $0.name == Self.feed }
    }

    /// What the account holds; of deleted tickets and of the feed, what they were where the tables have just that.
    private func expected(for actual: TableSet) async throws -> TableSet {
        var expected = try await tables()
        let deleted = Set((expected.tables["tickets"] ?? [:]).filter { $0.value["status"] == "deleted" }.keys)
        var former = former.withLock { $0 }
        for stream in ending {
            for line in formerLines.withLock({ $0[stream.name] ?? [] }) {
                var version = ExpectedTables()
                try version.add(try JSONValue(line), of: stream)
                for (record, version) in version.tables.versions(of: stream) {
                    former[stream.name, default: [:]][record, default: []].append(version)
                }
            }
            let kept = actual.versions(of: stream).filter { record, version in
                let ticket = version[stream.name]?[record]?["ticket_id"]
                guard stream.name == Self.feed || ticket.map(deleted.contains) == true else { return false }
                return former[stream.name]?[record]?.contains(version) == true
            }
            expected.replace(kept, of: stream)
        }
        return expected
    }

    private func add(
        _ stream: OracleStream,
        from listing: String? = nil,
        to expected: inout ExpectedTables
    ) async throws {
        var stream = stream
        if let member = ["users": "user_fields", "organizations": "organization_fields"][stream.name] {
            for line in try await lines(member) { stream.declare(try JSONValue(line), in: member) }
        }
        for line in try await lines(listing ?? stream.name) { try expected.add(try JSONValue(line), of: stream) }
    }

    /// - Parameter ids: Of some tickets; nil for all there is.
    private func lines(_ stream: String, of ids: [Int64]? = nil) async throws -> [Substring] {
        let lines = await simulator.truth("\(prefix)\(stream)", of: ids)
        let known = try #require(lines, "the simulator knows no \(prefix)\(stream)")
        return String(decoding: known, as: UTF8.self).split(separator: "\n")
    }
}
