import Destinations
import Foundation
import Loader
import Logging
import Model
import Testing

@Suite("SQLite")
struct SQLiteTests {
    @Test("columns have the types that they are documented to have")
    func declaresTypes() async throws {
        try await withFixture(.sqlite) { fixture in
            let schema = try await fixture.open()
            let row = TestRow(
                "1",
                1,
                ["id": 1, "score": .decimal("0.5"), "is_open": true, "created_at": .timestamp(Timestamp(seconds: 0))]
            )
            try await schema.load(
                changes: [.createTable(TestTables.tickets)],
                [TableLoad(TestTables.tickets, [row])]
            )
            let declared = try fixture.query("SELECT name, type FROM pragma_table_info('tickets') LIMIT 5")
            #expect(
                declared == [
                    ["id", "INTEGER"], ["subject", "TEXT"], ["score", ""], ["is_open", "INTEGER"],
                    ["created_at", "TEXT"],
                ]
            )
            let stored = try fixture.query("SELECT typeof(score), typeof(is_open), created_at FROM tickets")
            #expect(stored == [["real", "integer", "1970-01-01T00:00:00.000000Z"]])
            await schema.close()
        }
    }

    @Test(
        "a decimal is stored as the number it is, or as its text",
        arguments: [
            ("1", "integer"), ("-0", "integer"), ("9223372036854775807", "integer"), ("9223372036854775808", "text"),
            ("18446744073709551616", "text"), ("0.1", "real"), ("1.50", "real"), ("1e5", "real"), ("1e400", "text"),
            ("0.0", "real"), ("9007199254740993.5", "text"), ("0.1000000000000000055", "text"), ("-2.5e-7", "real"),
        ]
    )
    func storesDecimals(number: String, type: String) async throws {
        try await withFixture(.sqlite) { fixture in
            let schema = try await fixture.open()
            let row = TestRow("1", 1, ["id": 1, "score": .decimal(number)])
            try await schema.load(
                changes: [.createTable(TestTables.tickets)],
                [TableLoad(TestTables.tickets, [row])]
            )
            #expect(try fixture.query("SELECT typeof(score) FROM tickets") == [[type]])
            await schema.close()
        }
    }

    @Test("the file is in WAL mode and others read it between loads")
    func letsOthersRead() async throws {
        try await withFixture(.sqlite) { fixture in
            let schema = try await fixture.open()
            #expect(try fixture.query("PRAGMA journal_mode") == [["wal"]])
            for id in 1...3 {
                try await schema.load(
                    changes: [.createTable(TestTables.tickets)],
                    [TableLoad(TestTables.tickets, [TestRow("\(id)", 1, ["id": .integer(Int64(id))])])]
                )
                #expect(try fixture.query("SELECT count(*) FROM tickets") == [["\(id)"]])
            }
            await schema.close()
        }
    }

    @Test("a file that is no database belongs to someone else and stays as it is")
    func refusesOtherFiles() async throws {
        try await withFixture(.sqlite) { fixture in
            let directory = String(fixture.url.dropFirst("sqlite:".count))
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let text = String(repeating: "this is no database\n", count: 100)
            try text.write(toFile: fixture.path, atomically: true, encoding: .utf8)
            let error = await #expect(throws: DestinationError.self) { _ = try await fixture.open() }
            guard case .ownedByOther = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try String(contentsOfFile: fixture.path, encoding: .utf8) == text)
        }
    }

    @Test("a database of someone else keeps its journal mode")
    func leavesForeignHeader() async throws {
        try await withFixture(.sqlite) { fixture in
            try fixture.makeForeign("CREATE TABLE theirs (id integer)")
            let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
            await #expect(throws: DestinationError.self) { _ = try await fixture.open() }
            #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
        }
    }

    @Test(
        "a directory that cannot be made or written is no right, with what to do",
        arguments: ["/proc/deskpipe", "/dev/null/x"]
    )
    func namesDirectory(path: String) async throws {
        let destination = try DestinationKind.open(
            DestinationSettings(url: "sqlite:\(path)"),
            logger: Logger(label: "test")
        )
        let schema = try DestinationFixture(.sqlite).schema
        for attempt in 0..<2 {
            let error = await #expect(throws: DestinationError.self) {
                if attempt == 0 {
                    try await destination.check(schema)
                } else {
                    _ = try await destination.open(schema, owner: DestinationFixture.owner)
                }
            }
            guard case .forbidden = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test(
        "a full disk is full, and nothing of the batch is in the file",
        .enabled(if: SmallDisk.isPossible, "no right to mount a small disk")
    )
    func reportsFull() async throws {
        let disk = try SmallDisk()
        defer { disk.remove() }
        let fixture = try DestinationFixture(.sqlite, url: "sqlite:\(disk.path)")
        let schema = try await fixture.open()
        try await schema.load(changes: [.createTable(TestTables.tickets)])
        let text = String(repeating: "x", count: 1_000_000)
        let rows = (0..<10).map { TestRow("\($0)", 1, ["id": .integer($0), "subject": .text(text)]) }
        let error = await #expect(throws: DestinationError.self) {
            try await schema.load([TableLoad(TestTables.tickets, rows)])
        }
        guard case .full = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try fixture.query("SELECT count(*) FROM tickets") == [["0"]])
        // Room is made by loading less: the file is as good as before.
        try await schema.load([TableLoad(TestTables.tickets, Array(rows.prefix(1)))])
        #expect(try fixture.query("SELECT count(*) FROM tickets") == [["1"]])
        await schema.close()
    }
}

/// A file system of 6 MB.
private struct SmallDisk {
    let path: String

    static let isPossible: Bool = {
        guard let disk = try? SmallDisk() else { return false }
        disk.remove()
        return true
    }()

    init() throws {
        path = NSTemporaryDirectory() + "deskpipe-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", path) else {
            try FileManager.default.removeItem(atPath: path)
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    func remove() {
        _ = Self.run("/bin/umount", "-l", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func run(_ command: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
