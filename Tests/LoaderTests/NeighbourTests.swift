import Foundation
import Loader
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

/// Connections of one partition whose destinations misbehave: the others load on, and nobody's records are read twice but
/// by those who lack them.
@Suite("LoaderService: noisy neighbours", .timeLimit(.minutes(30)))
struct NeighbourTests {
    private static let quiet = "quiet"
    private static let noisy = "noisy"

    /// A gate that a destination waits at until a test opens it.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)

        func open() { isOpen.withLock { $0 = true } }

        func pass() async {
            while !isOpen.withLock(\.self) {
                guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
            }
        }
    }

    /// Loads two connections while one's destination does what the hooks do, then lets it recover.
    private func load(
        _ gate: Gate,
        _ hooks: FaultyDestination.Hooks,
        _ faults: FaultyDestination.Faults = .init()
    ) async throws {
        let stage = try await LoaderStage(faults, hooks)
        let noisy = try Scene(connection: Self.noisy, schema: Self.noisy)
        let quiet = try Scene(connection: Self.quiet, schema: Self.quiet)
        for scene in [noisy, quiet] { try await stage.define(scene) }
        // In turns, so that each reception holds both.
        for id in 1...200 {
            try await stage.publish([noisy, quiet].map { stage.message($0, id: id, sequence: Int64(id)) })
        }
        let received = Mutex(0)
        let sought = Mutex(0)
        let isDone = Mutex(0)
        let transport = CountingTransport(
            inner: stage.transport,
            mostAtATime: 20,
            sought: { sought.withLock { $0 += 1 } },
            count: { count in received.withLock { $0 += count } }
        )
        let summary = try await stage.service(
            BatchSettings(rows: 10),
            { progress in
                guard case .loaded(let key, let reports) = progress, key == quiet.key else { return }
                let loaded = isDone.withLock { done in
                    done += reports.reduce(0) { $0 + $1.events }
                    return done
                }
                // All of the quiet one is loaded before the noisy one gets anywhere.
                if loaded == 200 { gate.open() }
            },
            over: transport
        ).run(until: .idle(when: { true }))
        #expect(summary.exitCode == .ok && summary.setAside.isEmpty)
        for scene in [noisy, quiet] {
            #expect(try stage.rows(scene, "SELECT count(*), sum(id) FROM tickets") == ["200|20100"])
            #expect(try stage.rows(scene, "SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads") == ["200|200"])
        }
        #expect(received.withLock(\.self) == 400 && sought.withLock(\.self) == 0, "the consumer goes on")
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.allSatisfy { $0.isBalanced })
        #expect(try await stage.run().tables.isEmpty, "all is committed")
    }

    @Test("a destination that hangs as it is opened keeps nobody waiting")
    func opening() async throws {
        let gate = Gate()
        try await load(gate, .init(opening: { if $0.rawValue == Self.noisy { await gate.pass() } }))
    }

    @Test("a destination that hangs in a transaction keeps the others waiting for a moment only")
    func applying() async throws {
        let gate = Gate()
        try await load(gate, .init(applying: { if $0.rawValue == Self.noisy { await gate.pass() } }))
    }

    @Test("a destination that fails again and again keeps nobody waiting, and gets what it lacks")
    func failing() async throws {
        let gate = Gate()
        gate.open()
        let faults = FaultyDestination.Faults(
            loads: [.unavailable("reset"), .full("no space"), .unavailable("reset")],
            schema: SchemaName(rawValue: Self.noisy)
        )
        try await load(gate, .init(), faults)
    }

    @Test("records that arrive while a connection catches up are loaded after those that it lacks")
    func arriving() async throws {
        let stage = try await LoaderStage(
            .init(opens: [.unavailable("refused")], schema: SchemaName(rawValue: Self.noisy))
        )
        let scene = try Scene(connection: Self.noisy, schema: Self.noisy)
        try await stage.define(scene)
        for round in 0..<20 {
            let messages = (1...10).map { id in
                let sequence = round * 10 + id
                return stage.message(scene, id: id, "\"subject\":\"\(sequence)\"", sequence: Int64(sequence))
            }
            try await stage.publish(messages)
        }
        let later = Mutex(0)
        let transport = CountingTransport(inner: stage.transport, mostAtATime: 7) { _ in }
        let service = stage.service(
            BatchSettings(rows: 8),
            { progress in
                if case .loaded = progress { later.withLock { $0 += 1 } }
            },
            over: transport
        )
        let summary = try await service.run(until: .idle(when: { true }))
        #expect(summary.exitCode == .ok && later.withLock(\.self) > 10)
        let newest = (191...200).map { "\($0 - 190)|\($0)|\($0)" }
        #expect(try stage.rows(scene, "SELECT id, subject, _sdc_sequence FROM tickets ORDER BY id") == newest)
        #expect(try stage.rows(scene, "SELECT sum(events), sum(rows_superseded) FROM _deskpipe_loads").count == 1)
        let ranges = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
            .filter { $0.status == .succeeded }
        #expect(ranges.reduce(0) { $0 + $1.events } == 200)
        #expect(ranges.map(\.batch.firstOffset) == ranges.map(\.batch.firstOffset).sorted())
    }
}
