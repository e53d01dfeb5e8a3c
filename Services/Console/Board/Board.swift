package import Model

/// How all connections stand: a pure reducer over the messages of the topics. The same messages give the same board,
/// however the topics and partitions are interleaved and however often one comes; only their order within a partition
/// counts.
///
/// Bounded: it keeps days of the last ``daysKept``, of each table and day sums and the newest loads, of each connection
/// the newest rejected records and schema changes.
package struct Board: Sendable {
    /// Today and as many as two windows of 30 days need before it.
    package static let daysKept: Int64 = 60
    /// Loads kept one by one, per table and day.
    package static let mostLoads = 300
    /// Rejected records kept one by one, per connection.
    package static let mostRejected = 200
    /// Loads with schema changes kept, per connection.
    package static let mostSchemaChanges = 500

    private(set) var accounts: [ConnectionKey: ConnectionAccount] = [:]
    private var oldestDay = Day(number: .min)

    package init() {}

    /// Takes one message's fact.
    /// - Parameter at: when the log appended it.
    /// - Returns: false where it says nothing new: a repeat, or of a day that is past keeping.
    @discardableResult
    package mutating func take(_ fact: BoardFact, at: Timestamp) -> Bool {
        forget(at: at)
        switch fact {
        case .definition(let key, let definition):
            accounts[key, default: .init()].definition = definition
            accounts[key]?.definedAt = at
            return true
        case .state(let key, let state):
            accounts[key, default: .init()].state = state
            return true
        case .bookmark(let key, let stream, let bookmark):
            accounts[key, default: .init()].places[stream] = bookmark.map(StreamPlace.init)
            return true
        case .progress(let report), .extraction(let report):
            return accounts[report.key, default: .init()].runs.take(report, at: at, from: oldestDay)
        case .loading(let report):
            return accounts[report.key, default: .init()].loads.take(report, from: oldestDay)
        case .rejected(let fact):
            return accounts[fact.connection, default: .init()].rejections.take(fact, from: oldestDay)
        }
    }

    /// Lets go of days that are past keeping.
    package mutating func forget(at now: Timestamp) {
        let oldest = Day(of: now) - (Self.daysKept - 1)
        guard oldest > oldestDay else { return }
        oldestDay = oldest
        for key in accounts.keys {
            accounts[key]?.runs.forget(before: oldest)
            accounts[key]?.loads.forget(before: oldest)
            accounts[key]?.rejections.forget(before: oldest)
        }
    }

    /// Connections that are there, in order of their keys.
    package var connections: [ConnectionDefinition] {
        accounts.values.compactMap(\.definition).filter { $0.deletedAt == nil }.sorted { $0.key < $1.key }
    }

    /// A connection's definition, also of a deleted one; nil where there is none.
    package func definition(of key: ConnectionKey) -> ConnectionDefinition? { accounts[key]?.definition }

    /// A connection's own state; nil before its first run or command.
    package func state(of key: ConnectionKey) -> ConnectionState? { accounts[key]?.state }

    /// The report of the run under way, else of the last one; nil before the first.
    package func report(of key: ConnectionKey) -> ExtractionReport? { accounts[key]?.runs.newest }

    /// Connections that are there with all that is known of them, in order of their keys.
    func known(_ filter: ConnectionFilter = ConnectionFilter()) -> [KnownConnection] {
        accounts.keys.filter(filter.allows).sorted().compactMap(account)
    }

    /// A connection that is there with all that is known of it.
    func account(of key: ConnectionKey) -> KnownConnection? {
        guard let account = accounts[key], let definition = account.definition, definition.deletedAt == nil else {
            return nil
        }
        return KnownConnection(definition, account)
    }
}
