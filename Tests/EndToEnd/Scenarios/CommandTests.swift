import Foundation
import Model
import Testing
import ZendeskSimulator

/// What people ask of running processes by the command line: of `deskpipe run` beside it on the embedded log, and of two
/// extractors over Kafka.
@Suite("Commands to running processes")
struct CommandTests {
    private struct Row: Decodable {
        var id: String
        var command: Command.Kind
        var state: String
        var note: String?
    }

    private struct Status: Decodable {
        var state: String
        var commands: [ConnectionState.ObeyedCommand]
        var nextRun: Timestamp?
        var rowsToLoad: Int

        enum CodingKeys: String, CodingKey {
            case state, commands
            case nextRun = "next_run"
            case rowsToLoad = "rows_to_load"
        }
    }

    static let settings = [Setting(log: .embedded, store: .sqlite), Setting(log: .kafka, store: .sqlite)]

    @Test(
        "pause, run-now, reset, stop and resume are acknowledged within seconds; a pause outlives restarts",
        arguments: settings
    )
    func obeyed(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            try await scene.deskpipe("apply")
            var running = try await start(scene)
            try await untilEnded(scene, 1)
            let pause = try await acknowledged(scene, "pause")
            let paused = try await status(scene)
            #expect(paused.state == "paused" && paused.nextRun == nil)
            try await stop(running, SIGTERM)
            // Nobody is there: it is asked of the next one, and said so.
            let waiting = try await ask(scene, "run-now")
            let said = setting.log == .kafka ? "no extractor has answered" : "no extractor is running"
            #expect(waiting.state == "waiting" && waiting.note?.contains(said) == true)
            running = try await start(scene)
            try await untilEnded(scene, 2)
            let asked = try #require(try await ended(scene).last)
            #expect(asked.trigger == .command && asked.commands == [pause.id, waiting.id])
            #expect(try await status(scene).state == "paused")
            try await reset(scene)
            try await stopped(scene)
            try await acknowledged(scene, "resume")
            let resumed = try await status(scene)
            #expect(resumed.nextRun != nil && resumed.state == "idle")
            #expect(resumed.commands.map(\.type) == [.pause, .run, .reset, .run, .run, .stop, .resume])
            try await acknowledged(scene, "run-now")
            try await untilLoaded(scene)
            try await stop(running, SIGTERM)
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("what was acknowledged is done after the processes were killed", arguments: settings)
    func killed(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            try await scene.deskpipe("apply")
            var running = try await start(scene)
            try await untilEnded(scene, 1)
            try await acknowledged(scene, "pause")
            scene.simulator.inject(Fault("/api/v2", .delay(.seconds(30)), count: 1000))
            let reset = try await acknowledged(scene, "reset", "--stream", "users")
            let asked = try await acknowledged(scene, "run-now")
            try await stop(running, SIGKILL)
            scene.simulator.clearFaults()
            let users = try await records(scene, "users")
            running = try await start(scene)
            try await untilDone(scene, asked.id)
            let last = try #require(try await ended(scene).last)
            #expect(last.trigger == .command && last.commands?.contains(reset.id) == true)
            let now = try await records(scene, "users")
            #expect(now > users)
            let state = try await status(scene).state
            #expect(state == "paused")
            try await untilLoaded(scene)
            try await stop(running, SIGTERM)
            try await scene.expectTablesEqualTruth()
        }
    }

    /// One stream is read again by the next run, and no other is.
    private func reset(_ scene: Scene) async throws {
        let (users, groups) = (try await records(scene, "users"), try await records(scene, "groups"))
        let count = try await ended(scene).count
        try await acknowledged(scene, "reset", "--stream", "users")
        try await acknowledged(scene, "run-now")
        try await untilEnded(scene, count + 1)
        #expect(try await records(scene, "users") > users)
        let tickets = try await ended(scene).last?.streams.first { $0.stream == "tickets" }
        #expect(tickets?.pages == 1 && tickets?.bookmarkBefore != nil, "it goes on from its place")
        #expect(groups > 0)
    }

    /// A run under way ends as soon as it is asked to, and does not come again by itself.
    private func stopped(_ scene: Scene) async throws {
        scene.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(600)), count: 1))
        let count = try await ended(scene).count
        try await acknowledged(scene, "run-now")
        #expect(try await eventually { try await status(scene).state == "running" })
        let asked = ContinuousClock.now
        try await acknowledged(scene, "stop")
        try await untilEnded(scene, count + 1)
        let passed = ContinuousClock.now - asked
        #expect(passed < .seconds(300), "the request took ten minutes; it was not waited for: \(passed)")
        #expect(try await ended(scene).last?.status == .stopped)
        scene.simulator.clearFaults()
    }

    // MARK: The processes

    /// Starts what extracts and loads, and waits until the extractors have agreed on who has what.
    private func start(_ scene: Scene) async throws -> [Program] {
        if scene.setting.log == .embedded { return [try scene.start("run")] }
        let extractors = try (0..<2).map { _ in try scene.start("extractor", "--log-level", "info") }
        let isShared = try await eventually {
            let shares = extractors.map(Fleet.partitions)
            return shares.allSatisfy { !$0.isEmpty } && shares.reduce(0) { $0 + $1.count } == Broker.partitions
        }
        try #require(isShared, "the extractors do not share the partitions")
        return extractors + [try scene.start("loader")]
    }

    private func stop(_ running: [Program], _ signal: Int32) async throws {
        for program in running { program.send(signal) }
        for program in running { try await program.outcome() }
    }

    // MARK: What the command line says

    private func ask(_ scene: Scene, _ arguments: [String]) async throws -> Row {
        let outcome = try await scene.deskpipe(arguments + ["-o", "json"])
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try #require(try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8)).first)
    }

    private func ask(_ scene: Scene, _ arguments: String...) async throws -> Row { try await ask(scene, arguments) }

    @discardableResult
    private func acknowledged(_ scene: Scene, _ arguments: String...) async throws -> Row {
        let begin = ContinuousClock.now
        let row = try await ask(scene, arguments)
        #expect(row.state == "acknowledged", "\(arguments) after \(ContinuousClock.now - begin): \(row.note ?? "")")
        return row
    }

    private func status(_ scene: Scene) async throws -> Status {
        let outcome = try await scene.deskpipe("status", "-o", "json")
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try #require(try JSONDecoder().decode([Status].self, from: Data(outcome.output.utf8)).first)
    }

    /// The reports of the runs that have ended, in the order of their begin.
    private func ended(_ scene: Scene) async throws -> [ExtractionReport] {
        let ended = try await scene.extractionReports().filter { $0.completedAt != nil }
        return ended.sorted { $0.run.rawValue < $1.run.rawValue }
    }

    private func records(_ scene: Scene, _ stream: StreamName) async throws -> Int {
        try await ended(scene).flatMap(\.streams).filter { $0.stream == stream }.reduce(0) { $0 + $1.records }
    }

    private func untilEnded(_ scene: Scene, _ count: Int) async throws {
        let isSo = try await eventually { try await ended(scene).count == count }
        try #require(isSo, "\(count) runs have not ended")
    }

    /// Waits for a run that tells of the command as the last one, and reads everything.
    private func untilDone(_ scene: Scene, _ id: String) async throws {
        let isDone = try await eventually {
            let last = try await ended(scene).last
            return last?.status == .succeeded && last?.commands?.last == id
        }
        try #require(isDone, "no run for \(id) has succeeded")
    }

    private func untilLoaded(_ scene: Scene) async throws {
        let isLoaded = try await eventually {
            let status = try await status(scene)
            return status.rowsToLoad == 0 && status.state != "running"
        }
        #expect(isLoaded)
    }
}
