import Loader
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("LoaderService where the transport does not answer", .timeLimit(.minutes(30)))
struct AbsentTransportTests {
    @Test("a service waits until it answers, at whichever call that is, and loads everything once")
    func service() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage()
        try await stage.define(scene)
        try await stage.publish((1...60).map { stage.message(scene, id: $0, sequence: Int64($0)) })
        let transport = AbsentTransport(stage.transport) { [1, 3, 6, 9, 14, 20, 27, 35].contains($0) }
        let stop = StopSignal()
        let loaded = Mutex(0)
        let service = stage.service(
            BatchSettings(rows: 7),
            { progress in
                guard case .loaded(_, let reports) = progress else { return }
                let sum = loaded.withLock { loaded in
                    loaded += reports.reduce(0) { $0 + $1.rowsLoaded }
                    return loaded
                }
                if sum >= 60 { stop.set() }
            },
            over: transport
        )
        let clock = stage.clock
        async let _: Void = {
            // Whoever waits does so for a while.
            while !Task.isCancelled {
                clock.advance(by: .milliseconds(100))
                try? await Task.sleep(for: .milliseconds(2))  // cancelled: the loop ends
            }
        }()
        let summary = try await service.run(until: .cancelled, stop: stop)
        #expect(transport.count >= 12)
        #expect(summary.setAside.isEmpty)
        #expect(summary.tables.values.reduce(0) { $0 + $1.rowsLoaded } == 60)
        #expect(try stage.rows(scene, "SELECT count(*), count(DISTINCT id), max(id) FROM tickets") == ["60|60|60"])
    }

    @Test("what only loads the log's rest ends with the error")
    func rest() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage()
        try await stage.define(scene)
        let service = stage.service(over: AbsentTransport(stage.transport) { _ in true })
        let error = await #expect(throws: MessagingError.self) { _ = try await service.run(until: .idle { true }) }
        #expect(error?.exitCode == .transport)
    }

    @Test("a service that waits for it ends at once when it is asked to")
    func stopped() async throws {
        let stage = try await LoaderStage()
        let service = stage.service(over: AbsentTransport(stage.transport) { _ in true })
        let stop = StopSignal()
        async let run = service.run(until: .cancelled, stop: stop)
        await stage.clock.untilSleeping()
        stop.set()
        #expect(try await run.tables.isEmpty)
    }
}
