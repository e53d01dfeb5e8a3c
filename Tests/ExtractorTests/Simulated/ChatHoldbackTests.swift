import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import Transports
import ZendeskSimulator

/// Chat's exports refuse a start of the last five minutes; the simulator does, too.
@Suite("Chat's exports, a minute after the run before", .timeLimit(.minutes(30)))
struct ChatHoldbackTests {
    private static let exports: [StreamName] = ["chats", "agent_timeline", "conversions"]

    @Test("runs a minute apart bring each change at once and once, and ask for nothing that is refused")
    func minutes() async throws {
        try await withChat(streams: Self.exports) { rig in
            for minute in 0..<20 {
                // Busy minutes, and quiet ones until the five minutes are over.
                let isBusy = (0..<8).contains(minute) || minute == 12
                if isBusy {
                    let seed = UInt64(minute)
                    _ = rig.simulator.change(
                        ListChange(
                            updated: ["chat/chats": 3],
                            deleted: minute == 5 ? ["chat/chats": 1] : [:],
                            added: ["chat/chats": 2, "chat/agent_timeline": 1, "chat/conversions": 1],
                            seed: seed
                        )
                    )
                }
                rig.clock.leap(by: .seconds(1))
                let before = rig.simulator.account().total
                #expect(await rig.run().exitCode == .ok)
                #expect(rig.simulator.account().total - before <= 6, "minute \(minute)")
                if isBusy { try await Self.expectComplete(rig) }
                rig.clock.leap(by: .seconds(59))
            }
            try await Self.expectEachOnce(rig)
            #expect(rig.simulator.account().requests.allSatisfy { $0.status == 200 })
            // Nothing new, and all of it older than five minutes: one request an export.
            let before = rig.simulator.account().total
            #expect(await rig.run().exitCode == .ok)
            #expect(rig.simulator.account().total - before == Self.exports.count)
        }
    }

    @Test("beside a clock that is four minutes ahead of Chat's, the place that is kept is five minutes old by Chat's")
    func ahead() async throws {
        let account = LeapingClock(LateClock(base: SystemClock(), behind: .seconds(240)))
        let configure = { (configuration: inout SimulatorConfiguration) in configuration.clock = account }
        try await withChat(streams: ["chats"], configure: configure) { rig in
            for minute in 0..<6 {
                if minute < 3 {
                    _ = rig.simulator.change(ListChange(updated: ["chat/chats": 3], added: ["chat/chats": 2]))
                }
                for clock in [account, rig.clock] { clock.leap(by: .seconds(1)) }
                #expect(await rig.run().exitCode == .ok)
                let cursor = try #require(try await rig.bookmark("chats")?.cursor.flatMap { Int64($0) })
                #expect(cursor <= account.now().seconds - 300)
                try await Self.expectEachOnce(rig)
                for clock in [account, rig.clock] { clock.leap(by: .seconds(59)) }
            }
            #expect(rig.simulator.account().requests.allSatisfy { $0.status == 200 })
        }
    }

    @Test("more than a page of the last minutes is had as they grow older, without a loop or a loss")
    func storm() async throws {
        try await withChat(streams: ["chats"]) { rig in
            #expect(await rig.run().exitCode == .ok)
            var lastComplete = false
            for minute in 0..<12 {
                if minute < 3 { _ = rig.simulator.change(ListChange(added: ["chat/chats": 70])) }
                rig.clock.leap(by: .seconds(20))
                let before = rig.simulator.account().total
                #expect(await rig.run().exitCode == .ok)
                #expect(rig.simulator.account().total - before <= 8, "minute \(minute)")
                rig.clock.leap(by: .seconds(40))
                lastComplete = try await rig.bookmark("chats")?.complete ?? false
            }
            #expect(lastComplete)
            try await Self.expectEachOnce(rig)
        }
    }

    @Test("what the last minutes had on more pages than one is not published again, where time passes between them")
    func pages() async throws {
        try await withChat(streams: ["chats"]) { rig in
            #expect(await rig.run().exitCode == .ok)
            _ = rig.simulator.change(ListChange(added: ["chat/chats": 250]))
            // Too recent for the read to end behind it, old enough when its second page is asked for.
            rig.clock.leap(by: .seconds(295))
            let clock = rig.clock
            let first = await rig.run { progress in
                if (progress.report.streams.first?.pages ?? 0) > 0 { clock.leap(by: .seconds(10)) }
            }
            #expect(try #require(first.report.streams.first).pages > 2)
            rig.clock.leap(by: .seconds(60))
            #expect(await rig.run().exitCode == .ok)
            try await Self.expectEachOnce(rig)
        }
    }

    @Test("a saved place of the last minutes, as an older version left it, is gone back from, not failed for")
    func savedPlace() async throws {
        try await withChat(streams: ["chats"]) { rig in
            _ = rig.simulator.change(ListChange(updated: ["chat/chats": 4]))
            rig.clock.leap(by: .seconds(2))
            #expect(await rig.run().exitCode == .ok)
            var bookmark = try #require(try await rig.bookmark("chats"))
            let now = rig.clock.now().seconds
            bookmark.cursor = "\(now - 2)|2604.10414779.Sx"
            try await rig.publish(bookmark, of: "chats")
            #expect(await rig.run().exitCode == .ok)
            #expect(rig.simulator.account().requests.count { $0.status == 400 } == 1)
            try await Self.expectEachOnce(rig)
            let cursor = try #require(try await rig.bookmark("chats")?.cursor.flatMap { Int64($0) })
            #expect(cursor <= rig.clock.now().seconds - 300)
        }
    }

    @Test("a first start that is too recent begins five minutes ago, in each unit of time")
    func firstStart() async throws {
        try await withChat(streams: Self.exports) { rig in
            rig.definition.startDate = rig.clock.now()
            _ = rig.simulator.change(ListChange(added: ["chat/chats": 2, "chat/agent_timeline": 1]))
            rig.clock.leap(by: .seconds(2))
            #expect(await rig.run().exitCode == .ok)
            #expect(rig.simulator.account().requests.allSatisfy { $0.status == 200 })
            let published = try await rig.published("chats")
            #expect(published.count >= 2)
        }
    }

    /// Each version of a record was published once; what is there is what Chat has.
    private static func expectEachOnce(_ rig: Rig, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for stream in streams(of: rig) {
            let versions = try await rig.events(stream).filter { $0.envelope.type == .upsert }.map {
                "\($0.envelope.subject ?? "") \(String(decoding: $0.data, as: UTF8.self))"
            }
            #expect(Set(versions).count == versions.count, "\(stream) doubled", sourceLocation: sourceLocation)
        }
        try await expectComplete(rig, sourceLocation: sourceLocation)
    }

    private static func expectComplete(_ rig: Rig, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for stream in streams(of: rig) {
            let truth = try await rig.truth(stream, listing: "chat/\(stream)")
            let published = try await rig.published(stream)
            let differing = Set(truth.keys).union(published.keys).filter { truth[$0] != published[$0] }.sorted()
            #expect(differing.isEmpty, "\(stream) lost", sourceLocation: sourceLocation)
        }
    }

    private static func streams(of rig: Rig) -> [StreamName] {
        (rig.definition.streams.include ?? []).compactMap(StreamName.init(rawValue:))
    }
}

extension Rig {
    /// Puts a bookmark in the place of the one that a run left.
    fileprivate func publish(_ bookmark: Bookmark, of stream: StreamName) async throws {
        let messages = PageMessages(
            acme,
            namespace: deskpipe,
            partitions: transport.partitions,
            run: RunID(at: clock.now(), randomness: (1, 2))
        )
        try await environment.reports.publish([try messages.message(bookmark, of: stream)])
    }
}
