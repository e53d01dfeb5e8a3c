import Foundation
import Loader
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("LoaderService, over the embedded log into SQLite", .timeLimit(.minutes(30)))
struct LoaderServiceTests {
    @Test("loads what was published, reports it, and a second run has nothing to do")
    func loads() async throws {
        let stage = try await LoaderStage()
        let scene = try Scene()
        try await stage.define(scene)
        for id in 1...30 {
            try await stage.publish(scene, id: id % 10, #""subject":"v\#(id)","tags":["a","b"]"#, sequence: Int64(id))
        }
        try await stage.publish(scene, "users", id: 1, #""updated_at":"2026-11-20T10:00:00Z""#, sequence: 5)
        let summary = try await stage.run(BatchSettings(rows: 12))
        #expect(summary.exitCode == .ok && summary.tables.values.reduce(0) { $0 + $1.events } == 31)
        #expect(try stage.rows(scene, "SELECT id, subject FROM tickets ORDER BY id").first == "0|v30")
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets__tags") == ["20"])
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.allSatisfy { $0.isBalanced && $0.status == .succeeded })
        #expect(reports.reduce(0) { $0 + $1.events } == 31 && Set(reports.map(\.id)).count == reports.count)
        #expect(reports.compactMap(\.maxBookmark?.value) == ["2026-11-20T10:00:00.000Z"])
        let again = try await stage.run()
        #expect(again.tables.isEmpty)
    }

    @Test("a destination that fails is set aside while others load, and catches up when it answers")
    func recovers() async throws {
        let first = try Scene(tenant: "acme", schema: "first")
        let second = try Scene(tenant: "acme", connection: "other", schema: "second")
        let down = DestinationError.unavailable("refused")
        let stage = try await LoaderStage(.init(loads: [down], opens: [down], schema: first.definition.schema))
        try await stage.define(first)
        try await stage.define(second)
        for id in 1...20 {
            try await stage.publish(first, id: id, sequence: Int64(id))
            try await stage.publish(second, id: id, sequence: Int64(id))
        }
        let events = Mutex<[String]>([])
        let summary = try await stage.run(BatchSettings(rows: 6)) { progress in
            switch progress {
            case .setAside(let key, _): events.withLock { $0.append("aside \(key)") }
            case .resumed(let key): events.withLock { $0.append("resumed \(key)") }
            default: break
            }
        }
        #expect(summary.setAside.isEmpty)
        #expect(events.withLock(\.self).filter { $0.hasPrefix("aside") }.count == 2)
        #expect(events.withLock(\.self).allSatisfy { $0.hasSuffix("acme/support") })
        for scene in [first, second] {
            #expect(try stage.rows(scene, "SELECT count(*), max(id) FROM tickets") == ["20|20"])
        }
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.contains { $0.status == .failed && $0.error?.contains("does not answer") == true })
        #expect(reports.filter { $0.status == .succeeded }.reduce(0) { $0 + $1.events } == 40)
    }

    @Test("a destination that never answers is named, the others are loaded, and nothing of it is committed")
    func setAside() async throws {
        let first = try Scene(tenant: "acme", schema: "first")
        let second = try Scene(tenant: "acme", connection: "other", schema: "second")
        let forbidden = DestinationError.forbidden("CREATE", mend: "GRANT CREATE")
        let stage = try await LoaderStage(
            .init(opens: Array(repeating: forbidden, count: 50), schema: first.definition.schema)
        )
        try await stage.define(first)
        try await stage.define(second)
        for id in 1...5 {
            try await stage.publish(first, id: id, sequence: Int64(id))
            try await stage.publish(second, id: id, sequence: Int64(id))
        }
        let summary = try await stage.run()
        #expect(summary.setAside.keys.map(\.description) == ["acme/support"])
        #expect(summary.exitCode == .destination)
        #expect(try stage.rows(second, "SELECT count(*) FROM tickets") == ["5"])
        stage.destination.faults.withLock { $0.opens = [] }
        let mended = try await stage.run()
        #expect(mended.setAside.isEmpty && mended.tables.count == 1)
        #expect(try stage.rows(first, "SELECT count(*) FROM tickets") == ["5"])
    }

    @Test("a commit whose answer is lost, and a position that another loader moved, double nothing")
    func positionMoved() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage(
            .init(loads: [.positionMoved], answers: [.unavailable("reset"), .positionMoved])
        )
        try await stage.define(scene)
        for id in 1...25 { try await stage.publish(scene, id: id, #""tags":["x"]"#, sequence: Int64(id)) }
        let summary = try await stage.run(BatchSettings(rows: 10))
        #expect(summary.setAside.isEmpty)
        #expect(try stage.rows(scene, "SELECT count(*), sum(id) FROM tickets") == ["25|325"])
        #expect(try stage.rows(scene, "SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads") == ["25|25"])
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        let loaded = reports.filter { $0.status == .succeeded }
        #expect(Dictionary(loaded.map { ($0.id, $0.events) }, uniquingKeysWith: max).values.reduce(0, +) == 25)
    }

    @Test("records that the database refuses are found and rejected, the rest is loaded")
    func bisects() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage(.init(poison: "poison"))
        try await stage.define(scene)
        for id in 1...40 {
            let subject = [7, 8, 33].contains(id) ? "poison" : "fine"
            try await stage.publish(scene, id: id, #""subject":"\#(subject)""#, sequence: Int64(id))
        }
        let summary = try await stage.run()
        #expect(summary.tables.values.map(\.rowsRejected) == [3])
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["37"])
        let rejected = try stage.rows(scene, "SELECT reason, record FROM _sdc_rejected ORDER BY _sdc_sequence")
        #expect(rejected.count == 3 && rejected.allSatisfy { $0.contains("value out of range") })
        #expect(rejected.first?.contains(#""id":7"#) == true)
        let messages = try await stage.messages(of: stage.namespace.rejected, as: RejectedMessage.self)
        #expect(messages.map(\.table) == ["tickets", "tickets", "tickets"])
    }

    @Test("what Deskpipe did not write stops nothing: foreign events go to their topic, broken ones to their schema")
    func poisonEvents() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage()
        try await stage.define(scene)
        let topic = stage.namespace.records(.support, "tickets")
        let good = scene.wire(.upsert, "tickets", subject: "1", sequence: 3, data: #"{"id":1}"#)
        try await stage.publish(topic, key: "nobody/none/1", good, tenant: scene.key.tenant)
        try await stage.publish(topic, key: "no key", good, tenant: scene.key.tenant)
        try await stage.publish(topic, key: "acme/support/9", Array("{".utf8), tenant: scene.key.tenant)
        try await stage.publish(scene, id: 2, #""a":[{"b":[1]}],"a__b":[2]"#, sequence: 4)
        try await stage.publish(scene, id: 3, sequence: 5)
        let summary = try await stage.run()
        #expect(summary.foreign == 2)
        #expect(try stage.rows(scene, "SELECT id FROM tickets") == ["3"])
        #expect(try stage.rows(scene, "SELECT count(*) FROM _sdc_rejected") == ["2"])
        let messages = try await stage.messages(of: stage.namespace.rejected, as: RejectedMessage.self)
        #expect(messages.count == 4 && messages.filter { $0.connection == nil }.count == 2)
        #expect(try await stage.run().foreign == 0)
    }

    @Test(
        "the loader stops before an event of a type that it does not know, all before it loaded",
        // A slow one is waited for longer than the others' events are.
        arguments: [Duration.zero, .seconds(2)]
    )
    func unknownType(opening: Duration) async throws {
        let scene = try Scene()
        let stage = try await LoaderStage(.init(), .init(opening: { _ in try? await Task.sleep(for: opening) }))
        try await stage.define(scene)
        try await stage.publish(scene, id: 1, sequence: 1)
        let wire = String(
            decoding: scene.wire(.upsert, "tickets", subject: "2", sequence: 2, data: "{}"),
            as: UTF8.self
        )
        let topic = stage.namespace.records(.support, "tickets")
        let newer = Array(wire.replacing("upsert.v1", with: "upsert.v9").utf8)
        try await stage.publish(topic, key: "acme/support/2", newer, tenant: scene.key.tenant)
        try await stage.publish(scene, id: 3, sequence: 3)
        for _ in 1...2 {
            await #expect(throws: LoaderError.self) { _ = try await stage.run() }
            #expect(try stage.rows(scene, "SELECT id FROM tickets") == ["1"])
        }
    }

    @Test("a running loader takes up a connection that is new, and stops when it is asked to")
    func follows() async throws {
        let first = try Scene()
        let second = try Scene(tenant: "fresh", schema: "fresh")
        let stage = try await LoaderStage()
        try await stage.define(first)
        try await stage.publish(first, id: 1, sequence: 1)
        let stop = StopSignal()
        let (loaded, told) = AsyncStream.makeStream(of: ConnectionKey.self)
        let service = stage.service(BatchSettings(rows: 1)) { progress in
            if case .loaded(let key, _) = progress { told.yield(key) }
        }
        async let run = service.run(until: .cancelled, stop: stop)
        var keys = loaded.makeAsyncIterator()
        #expect(await keys.next() == first.key)
        try await stage.define(second)
        try await stage.publish(second, id: 2, sequence: 2)
        #expect(await keys.next() == second.key)
        stop.set()
        #expect(try await run.tables.count == 2)
        #expect(try stage.rows(second, "SELECT id FROM tickets") == ["2"])
    }

    @Test("a log that was deleted is loaded from its start, and the report says that it is another one")
    func otherLog() async throws {
        let scene = try Scene()
        let first = try await LoaderStage()
        try await first.define(scene)
        for id in 1...9 { try await first.publish(scene, id: id, sequence: Int64(id)) }
        _ = try await first.run()
        let second = try await LoaderStage(after: first)
        try await second.define(scene)
        try await second.publish(scene, id: 9, #""subject":"again""#, sequence: 9)
        for id in 5...6 { try await second.publish(scene, id: id, #""subject":"new""#, sequence: Int64(id + 10)) }
        _ = try await second.run()
        let changed = "SELECT id, subject FROM tickets WHERE subject IS NOT NULL ORDER BY id"
        #expect(try second.rows(scene, changed) == ["5|new", "6|new"])
        let reports = try await second.messages(of: second.namespace.loadingReports, as: LoadingReport.self)
        #expect(reports.flatMap(\.schemaChanges).contains { $0.hasSuffix("9 -> 3: another log") })
    }

    @Test("offsets that the log lost are reported for the connections that have a position there, and loading goes on")
    func gap() async throws {
        let scene = try Scene()
        let stage = try await LoaderStage()
        try await stage.define(scene)
        try await stage.publish(scene, id: 1, sequence: 1)
        _ = try await stage.run()
        try await stage.publish(scene, id: 2, sequence: 2)
        let topic = stage.namespace.records(.support, "tickets")
        let service = stage.service(over: GapTransport(inner: stage.transport, topic: topic, gap: 0..<1))
        _ = try await service.run(until: .idle(when: { true }))
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        let failed = reports.filter { $0.status == .failed }
        #expect(failed.map(\.table) == ["tickets"])
        #expect(failed.first?.error?.contains("reset --tenant acme --connection support --stream tickets") == true)
        #expect(try stage.rows(scene, "SELECT count(*) FROM tickets") == ["2"])
    }

    @Test("whatever fails whenever, every record is loaded once in its newest version", arguments: 1...25)
    func anyFailure(_ seed: Int) async throws {
        var random = SplitMix64(seed: UInt64(seed))
        let errors: [DestinationError] = [
            .unavailable("x"), .positionMoved, .lockTimeout("x"), .full("x"), .failed("x"),
        ]
        func some(_ most: Int) -> [DestinationError] {
            (0..<Int.random(in: 0...most, using: &random)).compactMap { _ in errors.randomElement(using: &random) }
        }
        let stage = try await LoaderStage(.init(loads: some(4), answers: some(4), opens: some(2)))
        let scenes = [try Scene(schema: "first"), try Scene(connection: "other", schema: "second")]
        for scene in scenes { try await stage.define(scene) }
        var newest: [[Int: Int]] = [[:], [:]]
        for round in 1...3 {
            let messages = (1...20).map { step in
                let place = Int.random(in: 0...1, using: &random)
                let id = Int.random(in: 1...9, using: &random)
                let version = round * 100 + step
                newest[place][id] = version
                let fields = #""subject":"\#(version)","tags":["\#(version)"]"#
                return stage.message(scenes[place], id: id, fields, sequence: Int64(version))
            }
            try await stage.publish(messages)
            // The first rounds are stopped after a load; the next goes on.
            let stop = StopSignal()
            let service = stage.service(BatchSettings(rows: 7)) { progress in
                if case .loaded = progress, round < 3 { stop.set() }
            }
            _ = try await service.run(until: .idle(when: { true }), stop: stop)
        }
        while !(try await stage.run().setAside.isEmpty) {}
        for (scene, newest) in zip(scenes, newest) {
            let expected = newest.sorted { $0.key < $1.key }.map { "\($0.key)|\($0.value)|\($0.value)" }
            let sql = """
                SELECT t.id, t.subject, g.value FROM tickets t
                JOIN tickets__tags g ON g._sdc_source_key_id = t.id ORDER BY t.id
                """
            #expect(try stage.rows(scene, sql) == expected, "seed \(seed)")
        }
        let reports = try await stage.messages(of: stage.namespace.loadingReports, as: LoadingReport.self)
        let loaded = reports.filter { $0.status == .succeeded }
        let events = Dictionary(loaded.map { ($0.id, $0.events) }, uniquingKeysWith: max)
        #expect(events.values.reduce(0, +) == 60, "seed \(seed)")
    }
}
