import Destinations
import Foundation
import Loader
import Logging
import Model
import Synchronization
import TestSupport
import Testing

@Suite("Files: crashes")
struct FilesCrashTests {
    private let batches = FilesBatches()

    @Test("a crash at any step leaves the batch whole or not at all, and loading it again gives the same")
    func survivesCrashes() async throws {
        let steps = Mutex<[String]>([])
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            await schema.close()
            let counting = try await crashing(fixture) { step in steps.withLock { $0.append(step) } }
            steps.withLock { $0 = [] }
            _ = try await counting.load(batches.second) { _ in try FilesBatches.conclusion(2) }
        }
        let count = steps.withLock(\.count)
        #expect(count > 40)
        for last in 0..<count {
            try await withFixture(.files) { fixture in
                try await crash(fixture, at: last, named: steps.withLock { $0[last] })
            }
        }
    }

    private func crash(_ fixture: DestinationFixture, at last: Int, named name: String) async throws {
        let before = try await batches.prepared(fixture)
        await before.close()
        let old = try state(fixture)
        struct Crash: Error {}
        let left = Mutex(Int.max)
        let dying = try await crashing(fixture) { _ in
            let isOver = left.withLock { left in
                left -= 1
                return left < 0
            }
            if isOver { throw Crash() }
        }
        left.withLock { $0 = last }
        // What a reader of the disk sees is what counts; the failure itself says nothing.
        _ = try? await dying.load(batches.second) { _ in try FilesBatches.conclusion(2) }
        let seen = try state(fixture)

        let again = try await fixture.open()
        #expect(try state(fixture) == seen, "opening after \(name) changed what counts")
        let isLoaded = try await again.positions() == [FilesBatches.position(4, 21)]
        #expect(isLoaded == (seen != old), "\(name)")
        #expect(try await again.unsentMessages(atMost: 9).map(\.id) == (isLoaded ? ["m1", "m2"] : ["m1"]), "\(name)")
        if isLoaded {
            await #expect(throws: DestinationError.positionMoved) {
                try await again.load(batches.second) { _ in FilesBatches.nothing }
            }
        } else {
            _ = try await again.load(batches.second) { _ in try FilesBatches.conclusion(2) }
        }
        #expect(try fixture.query(FilesBatches.tickets) == [["1", "new"], ["2", nil], ["3", "c"]], "\(name)")
        #expect(try fixture.query("SELECT value FROM tickets__tags ORDER BY 1") == [["z"]], "\(name)")
        let groups = [["1", "a", "2025-11-20T10:00:00.000000Z"], ["2", "B", nil]]
        #expect(try fixture.query(FilesBatches.groups) == groups, "\(name)")
        #expect(try fixture.query("SELECT name FROM tags ORDER BY 1") == [["b"]], "\(name)")
        #expect(try fixture.query("SELECT id FROM _deskpipe_loads ORDER BY 1").count == 2, "\(name)")
        // Nothing lies about that no manifest knows.
        let counted = try FilesReader(directory: fixture.path).parts(of: "").count
        let all = FileManager.default.enumerator(atPath: fixture.path)?.compactMap { $0 as? String } ?? []
        #expect(all.filter { $0.hasSuffix(".gz") }.count == counted, "\(name)")
        #expect(all.filter { $0.hasPrefix("_deskpipe/staging/") }.isEmpty, "\(name)")
        await again.close()
    }

    /// All that a reader finds.
    private func state(_ fixture: DestinationFixture) throws -> [[[String?]]] {
        try ["tickets", "tickets__tags", "groups", "tags", "tags__aliases"].map { table in
            try fixture.query("SELECT * FROM \(table) ORDER BY 1, 2")
        } + [fixture.query("SELECT id FROM _deskpipe_loads ORDER BY 1")]
    }

    private func crashing(
        _ fixture: DestinationFixture,
        _ beforeStep: @escaping @Sendable (String) throws -> Void
    ) async throws -> any DestinationSchema {
        let logger = Logger(label: "test")
        let destination = FilesDestination(directory: fixture.directory, logger: logger, beforeStep: beforeStep)
        return try await destination.open(fixture.schema, owner: DestinationFixture.owner)
    }
}
