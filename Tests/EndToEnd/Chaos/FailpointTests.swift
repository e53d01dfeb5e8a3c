import Failpoints
import Foundation
import Logging
import Messaging
import Model
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// Every failpoint with `kill`: the process dies there and nowhere else, the next one at another, and then one makes the
/// tables the account's.
@Suite("Killed at each failpoint")
struct FailpointTests {
    private static let sqlite = Setting(log: .embedded, store: .sqlite)
    private static let postgreSQL = Setting(log: .embedded, store: .postgresql)

    /// What dies where, in one scene: on the embedded log `run --once`, over Kafka one of the two services.
    struct Part: Sendable, CustomTestStringConvertible {
        var setting: Setting
        var points: [Failpoint]
        /// The command that is armed.
        var command = ["run", "--once"]

        /// Processes that die one after another before one comes to its end.
        var rounds: [ArraySlice<Failpoint>] {
            stride(from: 0, to: points.count, by: 6).map { points[$0..<min($0 + 6, points.count)] }
        }

        var testDescription: String { "\(setting.testDescription), from \(points[0].rawValue)" }
    }

    private static let extracting: [Failpoint] = [
        .producerTaken, .bookmarkRead, .pageReceived, .pagePublishing, .pagePublished, .extractionReportPublishing,
        .extractionReportPublished, .logAppended, .logCommitted,
    ]
    private static let loading: [Failpoint] = [
        .deliveryReceived, .positionsLocked, .rowsMerged, .versionsApplied, .positionsWritten, .commitSending,
        .commitAnswered,
    ]
    private static let concluding: [Failpoint] = [
        .reportRelaying, .reportRelayed, .outboxEmptied, .groupCommitting, .groupCommitted,
    ]
    private static let ofPostgreSQL: [Failpoint] = [
        .copyBegun, .rowsStaged, .positionsLocked, .rowsMerged, .versionsApplied, .positionsWritten, .commitSending,
        .commitSent, .commitAnswered, .reportRelayed, .outboxEmptied,
    ]
    private static let ofFiles: [Failpoint] = [
        .positionsLocked, .versionsApplied, .rowsStaged, .filesRenaming, .commitSending, .commitAnswered,
        .reportRelayed, .outboxEmptied,
    ]
    /// Those with scenes of their own.
    private static let others: [Failpoint] = [
        .commandTaken, .commandAcknowledged, .stateWriting, .stateWritten, .tokenAsking, .tokenRotated, .tokenKept,
        .logTrimmed, .foreignPublished,
    ]
    private static let ofCommands: [Failpoint] = [.commandTaken, .commandAcknowledged, .stateWriting, .stateWritten]
    /// Those whose error ends a single run.
    private static let ending: [Failpoint] = [.deliveryReceived, .groupCommitting]

    private static let parts: [Part] = {
        var parts = [extracting, loading, concluding].map { Part(setting: sqlite, points: $0) }
        if Setting.postgresURL != nil { parts.append(Part(setting: postgreSQL, points: ofPostgreSQL)) }
        parts.append(Part(setting: .files, points: ofFiles))
        let store = Setting.stores.last ?? .sqlite
        let kafka = Setting(log: .kafka, store: store)
        parts.append(
            Part(
                setting: kafka,
                points: [.kafkaTransactionSent, .kafkaTransactionCommitted],
                command: ["extractor", "--once"]
            )
        )
        parts.append(
            Part(
                setting: kafka,
                points: [.deliveryReceived, .reportRelayed, .groupCommitting, .groupCommitted],
                command: ["loader", "--until-idle"]
            )
        )
        return parts
    }()

    @Test("processes die there, and the next one makes the tables the account's", arguments: parts)
    func killed(part: Part) async throws {
        try await withScene(part.setting, Self.options(part.setting)) { scene in
            var seed: UInt64 = 0
            for points in part.rounds {
                for point in points {
                    var storm = Self.storm
                    storm.seed = seed
                    seed += 1
                    try await scene.change(storm)
                    if part.setting.log == .kafka { try await prepare(scene, part.command) }
                    try await Self.expectDeath(try scene.start(part.command, dyingAt: point), at: point)
                }
                try await scene.runOnce()
                try await scene.expectTablesEqualTruth("killed at \(points.map(\.rawValue))")
            }
            try await Self.expectReportsBalance(scene)
        }
    }

    @Test("no failpoint is left out")
    func all() {
        var killed = Set(Self.others + Self.parts.flatMap(\.points))
        if Setting.postgresURL == nil { killed.formUnion([.copyBegun, .commitSent]) }
        #expect(killed == Set(Failpoint.allCases))
    }

    @Test(
        "steps that fail with an error are done by the same run, or by the next one",
        arguments: Setting.on(.embedded) + [.files]
    )
    func errors(setting: Setting) async throws {
        try await withScene(setting, Self.options(setting)) { scene in
            let failing = Failpoint.allCases.filter { $0.canFail && !Self.others.contains($0) }
            for points in [failing.filter { !Self.ending.contains($0) }, Self.ending] {
                let plan = points.map { "\($0.rawValue):\(Self.nth($0)):error" }.joined(separator: ",")
                let outcome = try await scene.deskpipe(["run", "--once"], environment: ["DESKPIPE_FAILPOINT": plan])
                #expect(outcome.errors.contains("failpoint "), "\(outcome.errors)")
                try await scene.change(Self.storm)
            }
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
            try await Self.expectReportsBalance(scene)
        }
    }

    /// Of a command that is taken up and not acknowledged, and of one that is acknowledged and not begun.
    @Test("a command is obeyed once by the next process", arguments: ofCommands)
    func command(point: Failpoint) async throws {
        try await withScene(Self.sqlite, Self.options(Self.sqlite)) { scene in
            try await scene.runOnce()
            try await scene.change(Self.storm)
            for command in ["pause", "run-now"] {
                let asked = try await scene.deskpipe(command, "--no-wait")
                #expect(asked.exit == .status(0), "\(asked.errors)")
            }
            try await Self.expectDeath(try scene.start(["run"], dyingAt: point), at: point)
            let next = try scene.start("run")
            var commands: [Command.Kind] = []
            // To ask costs a process each time: not before it has said that it is done, if it does.
            _ = try await eventually { next.errors.contains("caught up") || next.hasEnded }
            let isDone = try await eventually {
                let outcome = try await scene.deskpipe("status", "-o", "json")
                guard let status = try? JSONDecoder().decode([Status].self, from: Data(outcome.output.utf8)).first
                else {
                    return false
                }
                commands = status.commands.map(\.type)
                guard status.state == "paused", commands.count > 1, status.rowsToLoad == 0 else { return false }
                let reports = try await scene.extractionReports()
                guard reports.contains(where: { $0.trigger == .command }) else { return false }
                return try await scene.truth.differences(from: try scene.tables()).isEmpty
            }
            next.send(SIGTERM)
            try await next.outcome()
            #expect(isDone && commands == [.pause, .run], "\(commands)")
            let reports = try await scene.extractionReports()
            #expect(reports.count { $0.trigger == .command } == 1)
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a login that is being renewed is lost at one point only, and said to be")
    func renewal() async throws {
        try await withLoginScene { login in
            try await login.logIn()
            try await login.scene.deskpipe("apply")
            #expect(try await login.extractor().outcome().exit == .status(0))
            for point: Failpoint in [.tokenAsking, .tokenKept, .tokenRotated] {
                login.scene.simulator.expireAccessTokens()
                let dying = try login.extractor(["DESKPIPE_FAILPOINT": "\(point.rawValue):1:kill"])
                try await Self.expectDeath(dying, at: point)
                let outcome = try await login.extractor().outcome()
                #expect(outcome.exit == .status(point == .tokenRotated ? 4 : 0), "\(point): \(outcome.errors)")
            }
            #expect(try await login.lastReport().streams.allSatisfy { $0.reason?.contains("login needed") == true })
        }
    }

    @Test("the log drops only what is loaded, killed in the middle of it or not")
    func trimmed() async throws {
        var options = Self.options(Self.sqlite)
        options.tickets = 350
        try await withScene(Self.sqlite, options) { scene in
            var scene = scene
            scene.settings.more = "embedded: { max: 1MiB }"
            try scene.workspace.write(scene.settings)
            let dying = try scene.start(["run", "--once"], dyingAt: .logTrimmed)
            try await Self.expectDeath(dying, at: .logTrimmed)
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a message of no connection is in the rejected topic before the group passes it")
    func foreign() async throws {
        try await withScene(Self.sqlite, Self.options(Self.sqlite)) { scene in
            try await scene.runOnce()
            let log = try EmbeddedTransport(path: scene.workspace.path("log.sqlite"))
            let topic = scene.namespace.records(.support, "tickets")
            let message = Message(topic: topic, partition: 0, key: "nobody/none/1", value: Array("{}".utf8)[...])
            try await log.producer(.idempotent).publish([message])
            await log.close()
            let dying = try scene.start(["run", "--once"], dyingAt: .foreignPublished)
            try await Self.expectDeath(dying, at: .foreignPublished)
            try await scene.runOnce()
            let read = try EmbeddedTransport(path: scene.workspace.path("log.sqlite"), mode: .reader)
            let reader = try await read.reader(of: scene.namespace.rejected, partitions: nil, from: [:])
            let rejected = try await reader.next(atMost: 10) ?? []
            await read.close()
            #expect(rejected.count == 2 && rejected[0].keyText == rejected[1].keyText)
            #expect(rejected[0].keyText?.hasPrefix("foreign/\(topic)/0/") == true)
            try await scene.expectTablesEqualTruth()
        }
    }

    /// What `deskpipe status -o json` tells of a connection.
    private struct Status: Decodable {
        var state: String
        var commands: [ConnectionState.ObeyedCommand]
        var rowsToLoad: Int

        enum CodingKeys: String, CodingKey {
            case state, commands
            case rowsToLoad = "rows_to_load"
        }
    }

    // MARK: What the scenes have in common

    private static let storm = WorldChange(
        updated: [.tickets: 12, .users: 6, .organizations: 4, .groups: 1],
        deleted: [.tickets: 1],
        added: [.tickets: 3, .users: 1]
    )

    /// Small, but of several pages and batches, and with a table that is read whole.
    private static func options(_ setting: Setting) -> SceneOptions {
        var options = SceneOptions(tickets: 45, rows: 30)
        // On the mock nothing is isolated, and a table without a key holds what was never committed.
        if setting.log == .embedded { options.streams.append("tags") }
        options.configure = { account in
            account.largestExportPage = 20
            account.world.sizes[.users] = 30
            account.world.sizes[.organizations] = 10
        }
        return options
    }

    /// Steps that each run comes by several times are met in the middle of it.
    fileprivate static func nth(_ point: Failpoint, on log: Setting.Log = .embedded) -> Int {
        // What the mock has for a loader is one delivery.
        if log == .kafka { return 1 }
        return switch point {
        case .pageReceived, .pagePublishing, .pagePublished, .filesRenaming: 3
        case .logAppended, .logCommitted: 6
        case .deliveryReceived, .copyBegun, .rowsStaged, .positionsLocked, .rowsMerged, .positionsWritten,
            .commitSending, .commitAnswered:
            2
        // The first is the one that opens the schema.
        case .commitSent: 2
        default: 1
        }
    }

    /// Brings the other of the two services to its end first, so that there is something to do for the one that dies.
    private func prepare(_ scene: Scene, _ command: [String]) async throws {
        let others = command[0] == "loader" ? [["apply"], ["extractor", "--once"]] : [["apply"]]
        for other in others {
            let outcome = try await scene.deskpipe(other)
            try #require(outcome.exit == .status(0), "\(other): \(outcome.errors)")
        }
    }

    /// It was this failpoint's SIGKILL and no other.
    private static func expectDeath(_ program: Program, at point: Failpoint) async throws {
        let outcome = try await program.outcome()
        #expect(outcome.exit == .signal(SIGKILL), "\(point.rawValue): \(outcome.exit) \(outcome.errors)")
        #expect(outcome.errors.contains("failpoint \(point.rawValue):"), "\(outcome.errors)")
        #expect(outcome.errors.contains(" kill\n"))
    }

    private static func expectReportsBalance(_ scene: Scene) async throws {
        let reports = try await scene.loadingReports()
        #expect(!reports.isEmpty)
        #expect(reports.allSatisfy { $0.status == .failed || $0.isBalanced })
    }
}

extension Scene {
    /// Starts `deskpipe` armed to die at a failpoint.
    fileprivate func start(_ arguments: [String], dyingAt point: Failpoint) throws -> Program {
        try start(
            arguments,
            environment: [
                "DESKPIPE_FAILPOINT": "\(point.rawValue):\(FailpointTests.nth(point, on: setting.log)):kill",
                // The group waits for one that died.
                "DESKPIPE_KAFKA__SESSION_TIMEOUT": ChaosStage.sessionTimeout,
            ]
        )
    }
}
