import Extractor
import Foundation
import Messaging
import Model
import Testing
import Transports

@Suite("Reset: the next run")
struct ResetRunTests {
    private static func reset(_ rig: Rig, _ streams: String..., from: Timestamp? = nil) async throws -> ResetPlan {
        let now = rig.clock.now()
        let plan = try ResetPlan(of: rig.definition, streams: streams, from: from, now: now)
        try await StreamReset(rig.transport, deskpipe).perform(plan, at: now)
        return plan
    }

    private static func subjects(_ events: [RecordEvent]) -> Set<String?> {
        Set(events.filter { $0.envelope.type == .upsert }.map(\.envelope.subject))
    }

    private static func marks(_ events: [RecordEvent]) throws -> [Int64?] {
        try events.filter { $0.envelope.type == .schema }.map {
            try JSONDecoder().decode(StreamSchema.self, from: Data($0.data)).reset
        }
    }

    @Test("reads the stream from its beginning and no other, and tells the loader once, first")
    func oneStream() async throws {
        try await withRig { rig in
            #expect(await rig.run().exitCode == .ok)
            let before = try await rig.events("tickets")
            let others = try await rig.events("ticket_metrics").count + rig.events("users").count
            _ = try await Self.reset(rig, "tickets")
            let mark = try #require(try await rig.bookmark("tickets")?.reset)
            #expect(await rig.run().exitCode == .ok)
            let after = try await rig.events("tickets").dropFirst(before.count)
            #expect(after.first?.envelope.type == .schema)
            #expect(try Self.marks(Array(after)) == [mark])
            #expect(Self.subjects(Array(after)) == Self.subjects(before))
            #expect(try await rig.events("ticket_metrics").count + rig.events("users").count == others)
            #expect(try await rig.bookmark("tickets")?.reset == nil)
            #expect(try await rig.bookmark("tickets")?.complete == true)
            let count = try await rig.events("tickets").count
            #expect(await rig.run().exitCode == .ok)
            #expect(try await rig.events("tickets").count == count, "the next run goes on from there")
            try await rig.expectTruth()
        }
    }

    @Test("--from begins there, and a full read gets a version of its own")
    func fromAndVersions() async throws {
        try await withRig { rig in
            rig.definition.streams = StreamSelection(include: ["tickets", "groups", "tags"])
            #expect(await rig.run().exitCode == .ok)
            let versions = try await [rig.bookmark("groups"), rig.bookmark("tags")].map { $0?.tableVersion ?? 0 }
            let times = try await rig.published("tickets").values.compactMap { $0["updated_at"] as? String }.sorted()
            let from = try #require(Timestamp(parsing: times[times.count / 2]))
            let before = try await rig.events("tickets").count
            _ = try await Self.reset(rig, "tickets", "groups", "tags", from: from)
            #expect(await rig.run().exitCode == .ok)
            let again = try await rig.events("tickets").dropFirst(before).filter { $0.envelope.type == .upsert }
            let expected = times.filter { Timestamp(parsing: $0) ?? from >= from }.count
            #expect(again.count == expected && expected < times.count)
            let newer = try await [rig.bookmark("groups"), rig.bookmark("tags")].map { $0?.tableVersion ?? 0 }
            #expect(zip(versions, newer).allSatisfy { $0 < $1 })
            let ends = try await rig.events("tags").filter { $0.envelope.type == .version }
            #expect(ends.count == 2)
        }
    }

    @Test("a reset of ticket_audits walks through the tickets again; one of tickets alone does not")
    func lanes() async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.streams = StreamSelection(include: ["tickets", "ticket_audits"])
            #expect(await rig.run().exitCode == .ok)
            let audits = try await rig.events("ticket_audits").filter { $0.envelope.type == .upsert }.count
            _ = try await Self.reset(rig, "tickets")
            #expect(await rig.run().exitCode == .ok)
            #expect(try await rig.events("ticket_audits").filter { $0.envelope.type == .upsert }.count == audits)
            _ = try await Self.reset(rig, "ticket_audits")
            #expect(try await rig.bookmark("ticket_audits")?.done == nil)
            #expect(await rig.run().exitCode == .ok)
            #expect(try await rig.events("ticket_audits").filter { $0.envelope.type == .upsert }.count == 2 * audits)
            #expect(try Self.marks(try await rig.events("ticket_audits")).compactMap(\.self).count == 1)
        }
    }

    @Test("a run that is under way is fenced, and leaves the reset's bookmark alone")
    func fences() async throws {
        try await withRig { rig in
            #expect(await rig.run().exitCode == .ok)
            let identity = deskpipe.transactionalID(of: acme)
            let running = try await rig.transport.producer(.transactional(id: identity))
            _ = try await Self.reset(rig, "users")
            let message = Message(topic: deskpipe.bookmarks, partition: 0, key: "acme/support/users", value: nil)
            await #expect(throws: MessagingError.fenced) { try await running.publish([message]) }
            #expect(try await rig.bookmark("users")?.reset != nil)
            await running.close()
        }
    }
}
