import Foundation
import Loader
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("LoaderService: batches side by side", .timeLimit(.minutes(30)))
struct OverlapTests {
    /// What has happened so far, and who waits for it.
    private final class Steps: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        subscript(_ step: String) -> Int { counts.withLock { $0[step] ?? 0 } }

        @discardableResult
        func note(_ step: String) -> Int {
            counts.withLock { counts in
                counts[step, default: 0] += 1
                return counts[step, default: 0]
            }
        }

        /// Waits until something is so; after half a minute no more.
        func wait(_ isSo: (Steps) -> Bool) async -> Bool {
            for _ in 0..<6000 {
                if isSo(self) { return true }
                try? await Task.sleep(for: .milliseconds(5))  // cancelled: the test is over
            }
            return false
        }
    }

    @Test("while a batch is applied the next one is staged, and what comes after it is received")
    func overlaps() async throws {
        let steps = Steps()
        let received = Mutex(0)
        let stage = try await LoaderStage(
            .init(),
            .init(
                staged: { _ in steps.note("staged") },
                applying: { _ in
                    // The first makes the tables; what comes after it has to know how that ended.
                    guard steps.note("applying") == 2 else { return }
                    let isAhead = await steps.wait { $0["staged"] == 3 && $0["received"] >= 20 }
                    steps.note(isAhead ? "ahead" : "alone")
                }
            )
        )
        let scene = try Scene()
        try await stage.define(scene)
        try await stage.publish((1...20).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        let counting = CountingTransport(inner: stage.transport, mostAtATime: 5) { count in
            for _ in 0..<count { steps.note("received") }
            received.withLock { $0 += count }
        }
        let summary = try await stage.service(BatchSettings(rows: 5), over: counting)
            .run(until: .idle(when: { true }))
        #expect(summary.exitCode == .ok && steps["ahead"] == 1 && steps["alone"] == 0)
        #expect(steps["applying"] == 4 && received.withLock(\.self) == 20)
        #expect(try stage.rows(scene, "SELECT count(*), sum(id) FROM tickets") == ["20|210"])
        #expect(try stage.rows(scene, "SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads") == ["20|20"])
    }

    @Test("the batches of two connections are applied at the same time")
    func sideBySide() async throws {
        let steps = Steps()
        let stage = try await LoaderStage(
            .init(),
            .init(applying: { schema in
                steps.note("\(schema)")
                let isBoth = await steps.wait { $0["first"] > 0 && $0["second"] > 0 }
                if !isBoth { steps.note("alone") }
            })
        )
        let scenes = [try Scene(schema: "first"), try Scene(connection: "other", schema: "second")]
        for scene in scenes {
            try await stage.define(scene)
            try await stage.publish((1...5).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        }
        #expect(try await stage.run().exitCode == .ok && steps["alone"] == 0)
        for scene in scenes { #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["5"]) }
    }

    static let failures: [DestinationError] = [
        .positionMoved, .unavailable("reset"), .failed("x"), .stagingLost("idle"),
        .tableChanged(stream: "tickets", "table tickets was dropped"),
    ]

    @Test(
        "a batch that fails while the next one is staged takes that along: both are loaded later, in their order",
        arguments: failures
    )
    func fails(failure: DestinationError) async throws {
        let steps = Steps()
        let stage = try await LoaderStage(
            .init(),
            .init(
                staged: { _ in steps.note("staged") },
                applying: { _ in
                    guard steps.note("applying") == 2 else { return }
                    steps.note(await steps.wait { $0["staged"] == 3 } ? "ahead" : "alone")
                }
            )
        )
        let scene = try Scene()
        try await stage.define(scene)
        // The same keys in each batch: one that is applied out of its turn would be seen.
        for round in 0..<4 {
            let messages = (1...5).map { id in
                let sequence = round * 5 + id
                return stage.message(scene, id: id, "\"subject\":\"\(sequence)\"", sequence: Int64(sequence))
            }
            try await stage.publish(messages)
        }
        let summary = try await stage.run(BatchSettings(rows: 5)) { progress in
            // The first has been loaded: the next one fails.
            guard case .loaded = progress, steps.note("loaded") == 1 else { return }
            stage.destination.faults.withLock { $0.loads = [failure] }
            stage.clock.advance(by: .milliseconds(1))
        }
        #expect(steps["ahead"] == 1 && steps["alone"] == 0)
        if !summary.leftOut.isEmpty { #expect(try await stage.run().exitCode == .ok) }
        let newest = (16...20).map { "\($0 - 15)|\($0)|\($0)" }
        #expect(try stage.rows(scene, "SELECT id, subject, _sdc_sequence FROM tickets ORDER BY id") == newest)
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
            .filter { $0.status == .succeeded }
        #expect(reports.reduce(0) { $0 + $1.events } == 20, "each once, superseded ones too")
        #expect(reports.map(\.batch.firstOffset) == reports.map(\.batch.firstOffset).sorted())
        #expect(reports.reduce(0) { $0 + $1.rowsSuperseded } <= 10, "most were written in their turn")
    }
}
