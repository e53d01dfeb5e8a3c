import Destinations
import Foundation
import Loader
import Messaging
import Model
import Synchronization
import TestSupport
import Testing

/// Connections to the server that break at the worst moments.
@Suite(
    "PostgreSQL: answers that are lost",
    .enabled(if: PostgreSQLServer.sharedURL != nil, PostgreSQLServer.isMissing),
    .timeLimit(.minutes(30))
)
struct LostAnswerTests {
    @Test("a COMMIT whose answer does not arrive has loaded, and the positions say so")
    func answersAreLost() async throws {
        try await withFixture(.postgresql) { fixture in
            let verdict = Mutex(PostgreSQLProxy.Verdict.pass)
            let proxy = try PostgreSQLProxy(to: fixture.url) { sql in
                guard sql == "COMMIT" else { return .pass }
                return verdict.withLock { verdict in
                    defer { verdict = .pass }
                    return verdict
                }
            }
            let schema = try await fixture.through(proxy, as: "unlucky").open()
            for step in 0..<4 as Range<Int64> {
                verdict.withLock { $0 = .cutAnswer }
                let outcome = try await load(step, schema)
                #expect(outcome.tables["goals"]?.inserted == 1)
                try ScriptedLog.expect(step + 1, in: fixture)
            }
            // Cut before the server sees it: it has not loaded, and does at the second try.
            verdict.withLock { $0 = .cut }
            let error = await #expect(throws: DestinationError.self) { try await load(4, schema) }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try ScriptedLog.expect(4, in: fixture)
            _ = try await load(4, schema)
            try ScriptedLog.expect(5, in: fixture)
            await schema.close()
        }
    }

    @Test("a server that is not to be asked about its COMMIT: the same batch again is told that it is loaded")
    func serverIsGone() async throws {
        try await withFixture(.postgresql) { fixture in
            let server = Mutex((isGoing: false, isGone: false))
            let proxy = try PostgreSQLProxy(to: fixture.url) { sql in
                server.withLock { server in
                    if server.isGone { return .cut }
                    server.isGone = sql == "COMMIT" && server.isGoing
                    return server.isGone ? .cutAnswer : .pass
                }
            }
            let schema = try await fixture.through(proxy, as: "unlucky").open()
            _ = try await load(0, schema)
            server.withLock { $0.isGoing = true }
            let error = await #expect(throws: DestinationError.self) { try await load(1, schema) }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            server.withLock { $0 = (false, false) }
            await #expect(throws: DestinationError.positionMoved) { try await load(1, schema) }
            #expect(try await schema.unsentMessages(atMost: 9).map(\.id) == ["0-1", "1-2"])
            try ScriptedLog.expect(2, in: fixture)
            await schema.close()
        }
    }

    @Test("a session that the server ends between two batches is made anew, at the second try at the latest")
    func sessionsEnd() async throws {
        try await withFixture(.postgresql) { fixture in
            let proxy = try PostgreSQLProxy(to: fixture.url) { _ in .pass }
            let schema = try await fixture.through(proxy, as: "ended_\(fixture.schema)").open()
            for step in 0..<3 as Range<Int64> {
                do {
                    _ = try await load(step, schema)
                } catch DestinationError.unavailable {
                    // The server's farewell was still on its way.
                    _ = try await load(step, schema)
                }
                let sessions = "FROM pg_stat_activity WHERE application_name = 'ended_\(fixture.schema)'"
                #expect(try fixture.query("SELECT pg_terminate_backend(pid) \(sessions)") == [["t"]])
                while try !fixture.query("SELECT 1 \(sessions)").isEmpty { try await Task.sleep(for: .milliseconds(3)) }
            }
            try ScriptedLog.expect(3, in: fixture)
            await schema.close()
        }
    }

    @Test(
        "whatever request the connection breaks at, the loader loads every record once",
        arguments: 1...3 as ClosedRange<UInt64>
    )
    func breaksAnywhere(seed: UInt64) async throws {
        try await withFixture(.postgresql) { fixture in
            let random = Mutex(SplitMix64(seed: seed))
            let proxy = try PostgreSQLProxy(to: fixture.url) { sql in
                let place = random.withLock { Int.random(in: 0..<(sql == "COMMIT" ? 4 : 120), using: &$0) }
                return place == 0 ? .cut : place == 1 ? .cutAnswer : .pass
            }
            let stage = try await ServiceStage()
            let connection = try fixture.connection()
            try await stage.define(connection)
            let destination = try fixture.through(proxy, as: "unlucky").destination
            let records = (1...60 as ClosedRange<Int64>).map { step in
                let fields = #""subject":"v\#(step)","tags":["\#(step)"],"f\#(step / 20)":1"#
                return ServiceStage.Record(Int(step) % 9, fields, sequence: step)
            }
            try await stage.publish(connection, records)
            var summary = try await stage.run(into: destination, BatchSettings(rows: 4))
            while !summary.setAside.isEmpty { summary = try await stage.run(into: destination, BatchSettings(rows: 4)) }
            let expected = (52...60).sorted { $0 % 9 < $1 % 9 }.map { ["\($0 % 9)", "v\($0)", "\($0)"] }
            #expect(
                try fixture.query(
                    "SELECT t.id, subject, value FROM tickets t JOIN tickets__tags ON _sdc_source_key_id = t.id ORDER BY 1"
                ) == expected
            )
            #expect(try fixture.query("SELECT sum(events), sum(rows_rejected) FROM _deskpipe_loads") == [["60", "0"]])
            let reports = try await stage.reports().filter { $0.status == .succeeded }
            let events = Dictionary(reports.map { ($0.id, $0.events) }, uniquingKeysWith: max)
            #expect(events.values.reduce(0, +) == 60)
        }
    }

    private func load(_ offset: Int64, _ schema: any DestinationSchema) async throws -> LoadOutcome {
        let offsets = offset..<offset + 1
        return try await schema.load(ScriptedLog.batch(offsets)) { _ in try ScriptedLog.conclusion(offsets) }
    }
}
