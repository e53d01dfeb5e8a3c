import Foundation
import GRDB
import LibPQ
import Model
import Testing
import ZendeskSimulator

/// `deskpipe reset`, from the named failure of a table to tables that equal the account again.
///
/// Over Kafka: the mock broker, which keeps a few megabytes of a topic only.
@Suite("Reset")
struct ResetTests {
    /// What someone does to one stream's table.
    struct Harm: CustomTestStringConvertible, Sendable {
        var stream: String
        /// `{}` stands for the table's name.
        var sql: String
        var said: String

        var testDescription: String { "\(stream): \(sql)" }
    }

    static let harms = [
        Harm(stream: "tickets", sql: "DROP TABLE {}", said: "table tickets was dropped"),
        Harm(stream: "users", sql: "DELETE FROM {}", said: "table users was emptied"),
        Harm(
            stream: "organizations",
            sql: "ALTER TABLE {} DROP COLUMN _sdc_sequence",
            said: "table organizations lost its column _sdc_sequence"
        ),
        Harm(stream: "groups", sql: "DELETE FROM {}", said: "table groups was emptied"),
        Harm(stream: "tags", sql: "DROP TABLE {}", said: "table tags was dropped"),
    ]

    private static let options = SceneOptions(
        tickets: 150,
        rows: 200,
        streams: ["tickets", "ticket_metrics", "users", "organizations", "groups", "tags"]
    )

    @Test(
        "a changed table fails by name, alone; its reset makes all tables equal the account again",
        arguments: Setting.all
    )
    func oneByOne(setting: Setting) async throws {
        try await withScene(setting, Self.options) { scene in
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("after the first run")
            for (place, harm) in Self.harms.enumerated() {
                try scene.database.change(harm.sql.replacing("{}", with: scene.database.name(harm.stream)))
                try await scene.change(
                    WorldChange(updated: [.tickets: 9, .users: 4, .organizations: 2, .groups: 1], added: [.tickets: 1])
                )
                scene.change(ListChange(updated: ["tags": 2]))
                let outcome = try await scene.runWithFailure()
                #expect(outcome.errors.contains(harm.said), "\(outcome.errors)")
                #expect(outcome.errors.contains("--connection support --stream \(harm.stream)"), "\(outcome.errors)")
                let reset = try await scene.deskpipe("reset", "--stream", harm.stream)
                #expect(reset.exit == .status(0) && reset.output.contains(harm.stream), "\(reset.errors)")
                try await scene.runOnce()
                try await scene.expectTablesEqualTruth("\(place): \(harm.testDescription)")
            }
            let reports = try await scene.loadingReports()
            #expect(reports.allSatisfy { $0.status == .failed || $0.isBalanced })
            let failed = Set(reports.filter { $0.status == .failed }.map(\.table))
            #expect(failed == Set(Self.harms.map(\.stream)), "the others loaded all the while")
        }
    }

    @Test("comments and audits that are reset are as exact as before", arguments: Setting.on(.embedded))
    func commentsAndAudits(setting: Setting) async throws {
        let streams = ["tickets", "ticket_comments", "ticket_audits"]
        try await withScene(setting, SceneOptions(tickets: 40, streams: streams)) { scene in
            try await scene.runOnce()
            for stream in ["ticket_comments", "ticket_audits"] {
                try scene.database.change("DROP TABLE \(scene.database.name(stream))")
                try await scene.change(WorldChange(updated: [.tickets: 5]))
                let reset = try await scene.deskpipe("reset", "--stream", stream, "-o", "json")
                let rows = try JSONDecoder().decode([Row].self, from: Data(reset.output.utf8))
                #expect(Set(rows.map(\.stream)) == [stream, "ticket_audits"])
                try await scene.runOnce()
                try await scene.expectTablesEqualTruth("after the reset of \(stream)")
            }
        }
    }

    @Test("--from brings what changed since then, and leaves the others alone", arguments: Setting.on(.embedded))
    func from(setting: Setting) async throws {
        try await withScene(setting, Self.options) { scene in
            try await scene.runOnce()
            let name = scene.database.name("tickets")
            let query = "SELECT updated_at FROM \(name) ORDER BY updated_at"
            let times = try scene.database.texts(query).compactMap(\.self)
            let middle = times[times.count / 2].replacing(" ", with: "T").replacing("+00", with: "Z")
            try scene.database.change("DROP TABLE \(name)")
            let before = try await scene.loadingReports()
            let reset = try await scene.deskpipe("reset", "--stream", "tickets", "--from", middle)
            #expect(reset.exit == .status(0) && reset.output.contains("changed since"), "\(reset.errors)")
            try await scene.runOnce()
            // An export may give a record that is a little older, and none that is newer is left out.
            let count = try scene.database.count("SELECT count(*) FROM \(name)")
            let newer = "SELECT count(*) FROM \(name) WHERE updated_at >= '\(times[times.count / 2])'"
            #expect(try scene.database.count(newer) == times.filter { $0 >= times[times.count / 2] }.count)
            #expect(count < times.count)
            let new = try await scene.loadingReports().new(since: before)
            #expect(new.filter { $0.rowsLoaded > 0 }.allSatisfy { ["tickets", "tags"].contains($0.table) })
            try await scene.deskpipe("reset", "--stream", "tickets")
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("read again from the start date")
        }
    }

    @Test("killed after the reset and again and again while it is read, it is whole in the end", arguments: Setting.all)
    func killed(setting: Setting) async throws {
        try await withScene(setting, Self.options) { scene in
            try await scene.runOnce()
            try scene.database.change("DROP TABLE \(scene.database.name("tickets"))")
            try scene.database.change("DELETE FROM \(scene.database.name("groups"))")
            try await scene.change(WorldChange(updated: [.tickets: 20, .users: 5]))
            _ = try await scene.runWithFailure()
            try await scene.deskpipe("reset", "--stream", "tickets", "--stream", "groups")
            scene.simulator.inject(Fault("/api/v2", .delay(.milliseconds(120))))
            var killer = Killer(scene, kills: setting.log == .kafka ? 3 : 6)
            while try await killer.strikes({ _ in
                guard setting.log == .kafka else { return [try scene.start("run", "--once")] }
                return [try scene.start("extractor", "--once"), try scene.start("loader", "--until-idle")]
            }) {}
            scene.simulator.clearFaults()
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("seed \(killer.seed): \(killer.account)")
        }
    }

    @Test("directories of files that were removed are whole again after a reset")
    func files() async throws {
        try await withScene(.files, Self.options) { scene in
            try await scene.runOnce()
            guard case .directory(let directory) = scene.database.place else { return }
            for stream in ["tickets", "groups", "tags"] {
                try FileManager.default.removeItem(at: directory.appending(path: "table=\(stream)"))
            }
            try await scene.change(WorldChange(updated: [.tickets: 9, .users: 4, .groups: 1]))
            scene.change(ListChange(updated: ["tags": 2]))
            let outcome = try await scene.runWithFailure()
            #expect(outcome.errors.contains(" --stream groups"), "\(outcome.errors)")
            try await scene.deskpipe("reset", "--stream", "tickets", "--stream", "groups", "--stream", "tags")
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("what is no stream, not selected, or a date to come is refused as a wrong use, with what was meant")
    func refuses() async throws {
        let setting = Setting(log: .embedded, store: .sqlite)
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            let cases = [
                (["--stream", "tikets"], "did you mean `tickets`?"), (["--stream", "macros"], "does not read macros"),
                (["--stream", "users", "--from", "2999-01-01"], "later than now"),
                (["--stream", "users", "--from", "soon"], "2026-01-01"), ([], "--yes"),
            ]
            for (arguments, said) in cases {
                let outcome = try await scene.deskpipe(["reset"] + arguments)
                #expect(outcome.exit == .status(2), "\(arguments)")
                #expect(outcome.errors.contains(said), "\(outcome.errors)")
            }
            let all = try await scene.deskpipe("reset", "--yes")
            #expect(all.output.split(separator: "\n").count == SettingsFile.basicStreams.count, "\(all.errors)")
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth("a reset before the first run")
        }
    }

    private struct Row: Decodable {
        var stream: String
    }
}

extension Scene {
    /// Extracts and loads all there is, of which some is not loaded: exit code 3.
    fileprivate func runWithFailure(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Program.Outcome {
        guard setting.log == .kafka else {
            let outcome = try await deskpipe("run", "--once")
            #expect(outcome.exit == .status(3), "\(outcome.errors)", sourceLocation: sourceLocation)
            return outcome
        }
        let extracted = try await deskpipe("extractor", "--once")
        #expect(extracted.exit == .status(0), "\(extracted.errors)", sourceLocation: sourceLocation)
        let outcome = try await deskpipe("loader", "--until-idle")
        #expect(outcome.exit == .status(3), "\(outcome.errors)", sourceLocation: sourceLocation)
        return outcome
    }
}

extension TestDatabase {
    /// Does something to the tables beside the loader.
    fileprivate func change(_ sql: String) throws {
        switch place {
        case .file(let file):
            var configuration = Configuration()
            configuration.busyMode = .timeout(30)
            try DatabaseQueue(path: file.path, configuration: configuration).write { try $0.execute(sql: sql) }
        case .server(let url): try PQConnection(parameters: Self.parameters(url)).execute(sql)
        case .directory: throw CocoaError(.featureUnsupported)
        }
    }
}
