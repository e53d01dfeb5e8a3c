import Destinations
import Foundation
import LibPQ
import Loader
import Model
import Synchronization
import TestSupport
import Testing

/// A loader that was thought dead comes back: stopped before each request that it makes of the server, while another
/// one loads.
@Suite(
    "PostgreSQL: a loader that is stopped at each step",
    .enabled(if: PostgreSQLServer.sharedURL != nil, PostgreSQLServer.isMissing),
    .timeLimit(.minutes(30))
)
struct StoppedLoaderTests {
    @Test("each row is there once and the newest")
    func comesBack() async throws {
        try await withFixture(.postgresql) { fixture in
            let rival = try await fixture.open()
            _ = try await rival.load(ScriptedLog.batch(0..<4)) { _ in try ScriptedLog.conclusion(0..<4) }
            let scene = try StoppedScene(fixture)
            var start: Int64 = 4
            // In turn a loader that goes on by itself and one whose session the server ends.
            while try await scene.play(
                from: start,
                stoppingAt: Int(start) / 4 - 1,
                start % 8 == 0 ? .ended : .resumed,
                rival
            ) {
                start += 4
                if start % 32 == 0 { try ScriptedLog.expect(start, in: fixture, "step \(start / 4)") }
            }
            // Staging, locks, columns, upserts, sub-rows, kept lists, versions, positions, reports, commit.
            #expect(start > 160)
            try ScriptedLog.expect(start + 4, in: fixture)
            await rival.close()
        }
    }
}

/// Two loaders of one schema, of which one goes through a proxy that can stop it.
private struct StoppedScene {
    private let stopped: DestinationFixture
    private let proxy: PostgreSQLProxy
    private let stop: Stop
    private let name: String
    /// Looks on.
    private let watcher: PQConnection

    /// What becomes of a stopped loader that holds what the other one needs.
    enum Ending {
        /// It goes on by itself.
        case resumed
        /// The server ends its session, as it does with one that is idle in a transaction for 30 s.
        case ended
    }

    /// Which request the loader stops before.
    private final class Stop: Sendable {
        private let left = Mutex<Int?>(nil)

        /// - Parameter step: 0 for the next request.
        func set(_ step: Int) { left.withLock { $0 = step } }

        func judge() -> PostgreSQLProxy.Verdict {
            left.withLock { left in
                guard let now = left else { return .pass }
                left = now == 0 ? nil : now - 1
                return now == 0 ? .hold : .pass
            }
        }
    }

    /// That a load has ended.
    private final class End: Sendable {
        private let flag = Mutex(false)

        var isSet: Bool { flag.withLock(\.self) }

        func set() { flag.withLock { $0 = true } }
    }

    init(_ fixture: DestinationFixture) throws {
        let stop = Stop()
        proxy = try PostgreSQLProxy(to: fixture.url) { _ in stop.judge() }
        name = "stopped_\(fixture.schema)"
        stopped = try fixture.through(proxy, as: name)
        watcher = try PQConnection(parameters: PQURL.parameters(of: fixture.url) ?? [:])
        self.stop = stop
    }

    /// Loads four offsets by a loader that stops at a step, and by another one.
    /// - Returns: false when the loader was done before it came to that step.
    func play(from start: Int64, stoppingAt step: Int, _ ending: Ending, _ rival: any DestinationSchema) async throws
        -> Bool
    {
        let schema = try await stopped.open()
        _ = try await schema.positions()
        let (whole, part, rest) = (start..<start + 4, start..<start + 3, start + 3..<start + 4)
        let (firstEnd, secondEnd) = (End(), End())
        stop.set(step)
        async let first = Self.load(whole, into: schema) { firstEnd.set() }
        while !proxy.isHolding, !firstEnd.isSet { try await Task.sleep(for: .milliseconds(3)) }
        guard proxy.isHolding else {
            #expect(await first == nil)
            await schema.close()
            return false
        }
        async let second = Self.load(part, into: rival) { secondEnd.set() }
        while try !secondEnd.isSet && !isWaitedFor() { try await Task.sleep(for: .milliseconds(3)) }
        if !secondEnd.isSet, ending == .ended {
            try end()
            _ = await second
        }
        proxy.release()
        let outcomes = (await first, await second)
        switch outcomes {
        case (nil, .positionMoved): break
        case (.positionMoved, nil), (.unavailable, nil): #expect(await Self.load(rest, into: rival) {} == nil)
        default: Issue.record("step \(step): \(outcomes)")
        }
        await schema.close()
        return true
    }

    /// What a load throws; nil where it does not.
    private static func load(
        _ offsets: Range<Int64>,
        into schema: any DestinationSchema,
        _ ended: @Sendable () -> Void
    ) async -> DestinationError? {
        defer { ended() }
        do {
            _ = try await schema.load(ScriptedLog.batch(offsets)) { _ in try ScriptedLog.conclusion(offsets) }
            return nil
        } catch {
            return error as? DestinationError ?? .failed("\(error)")
        }
    }

    /// True when another session waits for the stopped one.
    private func isWaitedFor() throws -> Bool {
        let sql = """
            SELECT 1 FROM pg_stat_activity a CROSS JOIN LATERAL unnest(pg_blocking_pids(a.pid)) blocker
            JOIN pg_stat_activity b ON b.pid = blocker WHERE b.application_name = $1
            """
        return try watcher.execute(sql, [name]).rowCount > 0
    }

    private func end() throws {
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"
        try watcher.execute(sql, [name])
    }
}
