import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("A directory of files")
struct FilesTests {
    @Test(
        "a full disk ends with 9 and nothing half done, and once there is room the next run loads all",
        .enabled(if: Privileges.canMount, "no small file system can be mounted here: a full disk is not tried")
    )
    func fullDisk() async throws {
        try await withScene(.files, SceneOptions(tickets: 800, rows: 200)) { scene in
            let disk = scene.workspace.directory.appending(path: "out").path
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            try #require(Privileges.run("/bin/mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", disk]))
            defer { Privileges.run("/bin/umount", ["-l", disk]) }
            let outcome = try await scene.deskpipe("run", "--once")
            outcome.expectRefusal(.destination, saying: "full")
            let tables = try scene.tables()
            let contradictions = try await scene.truth.contradictions(in: tables)
            #expect(contradictions.isEmpty, "\(contradictions.joined(separator: "\n"))")
            try #require(Privileges.run("/bin/mount", ["-o", "remount,size=200m", disk]))
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a directory that may not be written ends with 9 and what to do, for `check` too")
    func readOnly() async throws {
        try await withScene(.files, SceneOptions(tickets: 20)) { scene in
            let blocked = scene.workspace.path("blocked")
            try Data().write(to: URL(filePath: blocked))
            var settings = scene.settings
            settings.destination = "files:\(blocked)/out"
            try scene.workspace.write(settings)
            try await scene.deskpipe("run", "--once").expectRefusal(.destination, saying: "blocked/out")
            let check = try await scene.deskpipe("check")
            #expect(check.exit == .status(9) && check.output.contains("chown"), "\(check.output)")
            try scene.workspace.write(scene.settings)
            try await scene.runOnce()
            try await scene.expectTablesEqualTruth()
        }
    }

    @Test("a table whose directory was removed is named with the command that resets it, and the others load on")
    func removedTable() async throws {
        try await withScene(.files, SceneOptions(tickets: 60)) { scene in
            try await scene.runOnce()
            let table = scene.workspace.path("out/\(scene.database.schema)/table=organizations")
            try FileManager.default.removeItem(atPath: table)
            try await scene.change(WorldChange(updated: [.tickets: 9, .organizations: 3]))
            let outcome = try await scene.deskpipe("run", "--once")
            #expect(outcome.exit == .status(3), "\(outcome.errors)")
            #expect(outcome.errors.contains("table organizations was dropped"), "\(outcome.errors)")
            #expect(outcome.errors.contains(" --stream organizations"), "\(outcome.errors)")
            var streams = SettingsFile.basicStreams
            streams.removeAll { $0 == "organizations" }
            let others = Truth(scene.simulator, streams: try OracleStream.selected(by: streams))
            let tables = try ActualTables.read(scene.database, of: others.streams, only: streams)
            let differences = try await others.differences(from: tables)
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
            #expect(!FileManager.default.fileExists(atPath: table))
        }
    }

    @Test("`reports loading` shows what the directory's own account holds")
    func reports() async throws {
        try await withScene(.files, SceneOptions(tickets: 30)) { scene in
            try await scene.runOnce()
            let outcome = try await scene.deskpipe("reports", "loading")
            #expect(outcome.exit == .status(0), "\(outcome.errors)")
            for table in SettingsFile.basicStreams { #expect(outcome.output.contains(table)) }
            let loads = "SELECT DISTINCT table_name FROM \(scene.database.name("_deskpipe_loads")) ORDER BY 1"
            #expect(try scene.database.texts(loads).compactMap(\.self) == SettingsFile.basicStreams.sorted())
        }
    }
}
