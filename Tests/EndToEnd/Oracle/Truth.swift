import Foundation
import FoundationNetworking
import Synchronization
import Testing
import ZendeskSimulator

/// What the simulated account holds, as tables.
final class Truth: Sendable {
    private let simulator: Simulator
    let streams: [OracleStream]
    /// Versions that a ticket's metrics had before the ticket was deleted. Zendesk gives a deleted ticket's metrics no
    /// more, so the table keeps the last version that was read, if any was.
    private let metricsOfDeleted = Mutex<[String: [TableSet.Row]]>([:])

    init(_ simulator: Simulator, streams: [OracleStream]) {
        self.simulator = simulator
        self.streams = streams
    }

    func tables() async throws -> TableSet {
        var expected = ExpectedTables()
        for stream in streams { try await add(stream, to: &expected) }
        return expected.tables
    }

    /// Keeps the metrics that there are, for ``differences(from:)``. To be called before tickets are deleted.
    func rememberMetrics() async throws {
        var expected = ExpectedTables()
        for stream in streams where stream.name == "ticket_metrics" { try await add(stream, to: &expected) }
        let rows = expected.tables.tables["ticket_metrics"] ?? [:]
        metricsOfDeleted.withLock { former in
            for (key, row) in rows where former[key]?.contains(row) != true { former[key, default: []].append(row) }
        }
    }

    /// What differs in tables that should hold all that the account holds now.
    func differences(from actual: TableSet) async throws -> [String] {
        let expected = try await tables()
        return expected.differences(from: withoutMetricsOfDeleted(actual, expected))
    }

    /// What is wrong in tables that may lack records, but no part of one.
    func contradictions(in actual: TableSet) async throws -> [String] {
        let expected = try await tables()
        let actual = withoutMetricsOfDeleted(actual, expected)
        return expected.limited(toRecordsOf: actual, of: streams).differences(from: actual)
    }

    private func withoutMetricsOfDeleted(_ actual: TableSet, _ expected: TableSet) -> TableSet {
        var actual = actual
        let table = "ticket_metrics"
        let former = metricsOfDeleted.withLock { $0 }
        for (key, row) in actual.tables[table] ?? [:] where expected.tables[table]?[key] == nil {
            if former[key]?.contains(row) == true { actual.remove(key: key, from: table) }
        }
        return actual
    }

    private func add(_ stream: OracleStream, to expected: inout ExpectedTables) async throws {
        for line in try await lines(stream.name) { try expected.add(try JSONValue(line), of: stream) }
    }

    private func lines(_ stream: String) async throws -> [Substring] {
        let url = try #require(URL(string: "\(simulator.url)/_simulator/truth/\(stream)"))
        let (data, _) = try await URLSession.shared.data(from: url)
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }
}
