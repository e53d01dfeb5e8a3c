import Destinations
import Foundation
import Loader
import Logging
import Model
import TestSupport
import Testing

/// Two processes that load one log into one schema, of which one is stopped by SIGSTOP again and again, at moments that
/// chance picks, while the other one loads on.
@Suite("Destination: a process that was thought dead comes back", .timeLimit(.minutes(30)))
struct RivalProcessTests {
    /// Offsets that the two load.
    private static let end: Int64 = 60

    @Test("each row is there once and the newest", arguments: DestinationFixture.kinds)
    func comesBack(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            await (try await fixture.open()).close()
            let place = fixture.directoryOfNotes
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: place) }
            async let child: Void = Self.loadElsewhere(
                fixture.kind.rawValue,
                fixture.url,
                fixture.schema.rawValue,
                place
            )
            try await loadBeside(fixture, pidFile: "\(place)/pid")
            await child
            try ScriptedLog.expect(Self.end, in: fixture)
        }
    }

    private static func loadElsewhere(_ kind: String, _ url: String, _ schema: String, _ place: String) async {
        await #expect(processExitsWith: .success) { [kind, url, schema, place] in
            try await Rival(kind: kind, url: url, schema: schema).loadAll(noting: "\(place)/pid")
        }
    }

    /// Loads the log by this process, stopping the other one whenever this one has a batch.
    private func loadBeside(_ fixture: DestinationFixture, pidFile: String) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        var child: pid_t?
        while child == nil {
            try #require(ContinuousClock.now < deadline, "the other process did not begin")
            child = (try? String(contentsOfFile: pidFile, encoding: .utf8)).flatMap { pid_t($0) }
            try await Task.sleep(for: .milliseconds(3))
        }
        let pid = try #require(child)
        defer { kill(pid, SIGCONT) }
        var random = SplitMix64(seed: UInt64(pid))
        print("\(fixture.kind): seed \(pid)")
        let rival = try await Rival(kind: fixture.kind.rawValue, url: fixture.url, schema: fixture.schema.rawValue)
        while try await rival.next() < Self.end {
            // The other one gets anywhere: into its batch, or to its end.
            usleep(UInt32.random(in: 0...15_000, using: &random))
            kill(pid, SIGSTOP)
            let waker = Thread {
                // It may hold what this one waits for.
                usleep(60_000)
                kill(pid, SIGCONT)
            }
            waker.start()
            try await rival.loadOne(Int64.random(in: 1...3, using: &random))
            kill(pid, SIGCONT)
        }
        await rival.close()
    }

    /// One of the two.
    private struct Rival {
        private let schema: any DestinationSchema

        init(kind: String, url: String, schema name: String) async throws {
            let schema = try #require(SchemaName(rawValue: name))
            let kind = try #require(DestinationKind(rawValue: kind))
            self.schema = try await DestinationFixture(kind, url: url, schema: schema).open()
        }

        func next() async throws -> Int64 { try await schema.positions().first?.nextOffset ?? 0 }

        /// Loads all that is left, two offsets a batch.
        func loadAll(noting file: String) async throws {
            try "\(getpid())".write(toFile: file, atomically: true, encoding: .utf8)
            while try await next() < RivalProcessTests.end { try await loadOne(2) }
            await close()
        }

        /// Loads the next offsets, if nobody else does meanwhile.
        func loadOne(_ count: Int64) async throws {
            let start = try await next()
            let offsets = start..<min(start + count, RivalProcessTests.end)
            guard !offsets.isEmpty else { return }
            do {
                _ = try await schema.load(ScriptedLog.batch(offsets)) { _ in try ScriptedLog.conclusion(offsets) }
            } catch DestinationError.positionMoved {
                // As a loader does: what the tables are now has to be read.
                _ = try await schema.catalog()
            } catch DestinationError.lockTimeout {
                // And this it tries again.
            }
        }

        func close() async { await schema.close() }
    }
}

extension DestinationFixture {
    /// A directory for what tests note about a fixture.
    fileprivate var directoryOfNotes: String { "\(NSTemporaryDirectory())deskpipe-notes-\(schema)" }
}
