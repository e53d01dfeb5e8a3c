import Destinations
import Foundation
import Loader
import Logging
import Model
import Synchronization
import TestSupport
import Testing

@Suite("Files: other hands and other loaders")
struct FilesFaultTests {
    private let batches = FilesBatches()

    @Test("a lock that another process holds is waited for, and named with its holder when it takes too long")
    func waitsForLock() async throws {
        try await withFixture(.files) { fixture in
            await (try await batches.prepared(fixture)).close()
            let lock = "\(fixture.path)/_deskpipe/lock"
            let holder = open(lock, O_RDWR)
            try #require(holder >= 0 && flock(holder, LOCK_EX) == 0)
            let destination = Self.destination(fixture, lockLimit: .milliseconds(100))
            let error = await #expect(throws: DestinationError.self) {
                _ = try await destination.open(fixture.schema, owner: DestinationFixture.owner)
            }
            guard case .lockTimeout(let what) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(what.hasPrefix("\(lock), which process \(getpid()) on "), "\(what)")
            #expect(error?.recovery == .retry(after: .seconds(1)))
            let patient = Self.destination(fixture, lockLimit: .seconds(60))
            async let opened = patient.open(fixture.schema, owner: DestinationFixture.owner)
            flock(holder, LOCK_UN)
            close(holder)
            _ = try await opened.load(batches.second) { _ in FilesBatches.nothing }
            #expect(try fixture.query(FilesBatches.tickets) == [["1", "new"], ["2", nil], ["3", "c"]])
        }
    }

    /// The names of a load's steps.
    private func steps() async throws -> [String] {
        let steps = Mutex<[String]>([])
        try await withFixture(.files) { fixture in
            await (try await batches.prepared(fixture)).close()
            let counting = Self.destination(fixture) { step in steps.withLock { $0.append(step) } }
            let schema = try await counting.open(fixture.schema, owner: DestinationFixture.owner)
            steps.withLock { $0 = [] }
            _ = try await schema.load(batches.second) { _ in try FilesBatches.conclusion(2) }
        }
        return steps.withLock(\.self)
    }

    @Test("a loader that was stopped at any step, and whose lock was taken away, changes nothing when it comes back")
    func fencesStopped() async throws {
        let steps = try await steps()
        let commit = try #require(steps.lastIndex { $0 == "write _deskpipe/manifest.json" })
        for last in 0..<commit {
            try await withFixture(.files) { fixture in
                await (try await batches.prepared(fixture)).close()
                let left = Mutex(Int.max)
                let halt = Halt()
                let stopped = Self.destination(fixture) { _ in
                    let isNow = left.withLock { left in
                        left -= 1
                        return left == -1
                    }
                    if isNow { halt.hold() }
                }
                let schema = try await stopped.open(fixture.schema, owner: DestinationFixture.owner)
                left.withLock { $0 = last }
                async let late = schema.load(batches.second) { _ in try FilesBatches.conclusion(2) }
                await halt.wait()
                try fixture.removeFile("_deskpipe/lock")
                try await Self.load(batches.second, fixture)
                halt.end()
                do {
                    _ = try await late
                    Issue.record("loaded twice, stopped at \(steps[last])")
                } catch is DestinationError {}
                #expect(try await schema.positions() == [FilesBatches.position(4, 21)])
                await #expect(throws: DestinationError.positionMoved) {
                    try await schema.load(batches.second) { _ in FilesBatches.nothing }
                }
                #expect(try fixture.query(FilesBatches.tickets) == [["1", "new"], ["2", nil], ["3", "c"]])
                #expect(try fixture.query("SELECT count(*) FROM raw.tickets") == [["4"]], "\(steps[last])")
                #expect(try fixture.query(FilesBatches.groups).count == 2, "\(steps[last])")
                #expect(try fixture.query("SELECT id FROM _deskpipe_loads ORDER BY 1") == [["r1"], ["r3"]])
            }
        }
    }

    @Test("a directory that was copied from another tenant is refused by its owner's name, and stays as it is")
    func refusesCopies() async throws {
        try await withFixture(.files) { fixture in
            await (try await batches.prepared(fixture)).close()
            let manifest = URL(fileURLWithPath: "\(fixture.path)/_deskpipe/manifest.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            let copied = text.replacing("\"tenant\":\"acme\"", with: "\"tenant\":\"globex\"")
            try copied.write(to: manifest, atomically: true, encoding: .utf8)
            await #expect(
                throws: DestinationError.ownedByOther(schema: fixture.schema, owner: "globex/support (zendesk-support)")
            ) {
                _ = try await fixture.open()
            }
            #expect(try String(contentsOf: manifest, encoding: .utf8) == copied)
        }
    }

    @Test("a schema that becomes another's while it is open loads nothing more")
    func refusesSwapped() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            let manifest = URL(fileURLWithPath: "\(fixture.path)/_deskpipe/manifest.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            try text.replacing("\"connection\":\"support\"", with: "\"connection\":\"other\"")
                .write(to: manifest, atomically: true, encoding: .utf8)
            let error = await #expect(throws: DestinationError.self) {
                try await schema.load(batches.second) { _ in FilesBatches.nothing }
            }
            guard case .ownedByOther = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "the list of a kept table's records that is gone or damaged stops that table alone",
        arguments: [true, false]
    )
    func namesKeys(isGone: Bool) async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: "\(fixture.path)/_deskpipe/keys").first
            )
            let file = "_deskpipe/keys/\(name)"
            if isGone {
                try fixture.removeFile(file)
            } else {
                try Data("{".utf8).write(to: URL(fileURLWithPath: "\(fixture.path)/\(file)"))
            }
            let error = await #expect(throws: DestinationError.self) {
                try await schema.load(batches.second) { _ in FilesBatches.nothing }
            }
            guard case .tableChanged(stream: "groups", let what) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(what.contains(file))
            var others = batches.second
            others.tables.removeAll { $0.table.name == "groups" }
            others.versions.removeAll { $0.table == "groups" }
            _ = try await schema.load(others) { _ in FilesBatches.nothing }
            #expect(try fixture.query(FilesBatches.tickets) == [["1", "new"], ["2", nil], ["3", "c"]])
        }
    }

    @Test("parts that someone removes, as long as one is left, and files that someone adds are no harm")
    func takesHarmlessChanges() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            _ = try await schema.load(batches.second) { _ in FilesBatches.nothing }
            try fixture.removeFile("table=tickets/part-4-2-2.jsonl.gz")
            try fixture.removeFile("table=tickets/empty-1.jsonl.gz")
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(fixture.path)/table=tickets/_SUCCESS"))
            try FileManager.default.createDirectory(atPath: "\(fixture.path)/mine", withIntermediateDirectories: true)
            await schema.close()
            let second = try await fixture.open()
            try await second.load([TableLoad(TestTables.tickets, [TestRow("7", 30, ["id": 7])])])
            #expect(try fixture.query("SELECT id FROM tickets ORDER BY id") == [["1"], ["2"], ["7"]])
            #expect(FileManager.default.fileExists(atPath: "\(fixture.path)/mine"))
            await second.close()
        }
    }

    @Test("a batch that fails leaves no file behind")
    func removesFailed() async throws {
        struct Refusal: Error {}
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            let before = try fixture.files()
            await #expect(throws: Refusal.self) {
                try await schema.load(batches.second) { _ in throw Refusal() }
            }
            #expect(try fixture.files() == before)
            await schema.close()
        }
    }

    private static func destination(
        _ fixture: DestinationFixture,
        lockLimit: Duration = .seconds(10),
        beforeStep: @escaping @Sendable (String) throws -> Void = { _ in }
    ) -> FilesDestination {
        FilesDestination(
            directory: fixture.directory,
            logger: Logger(label: "test"),
            lockLimit: lockLimit,
            beforeStep: beforeStep
        )
    }

    private static func load(_ batch: LoadBatch, _ fixture: DestinationFixture) async throws {
        let schema = try await fixture.open()
        _ = try await schema.load(batch) { _ in try FilesBatches.conclusion(3) }
        await schema.close()
    }
}

extension DestinationFixture {
    /// All files in the schema's directory.
    fileprivate func files() throws -> [String] {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return all.filter { !$0.hasSuffix("/lock") }.sorted()
    }
}

/// A point at which a loader is held until it may go on.
private final class Halt: Sendable {
    private let reached = AsyncStream.makeStream(of: Void.self)
    private let isOver = DispatchSemaphore(value: 0)

    /// Called on a destination's own thread, which may be held up.
    func hold() {
        reached.continuation.yield()
        isOver.wait()
    }

    func wait() async {
        for await _ in reached.stream { return }
    }

    func end() { isOver.signal() }
}
