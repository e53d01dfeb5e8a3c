import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("The world")
struct WorldTests {
    private func truths(_ configuration: SimulatorConfiguration, _ change: WorldChange? = nil) async throws -> [Data] {
        try await withSimulator(configuration) { simulator in
            if let change { await simulator.change(change) }
            var truths: [Data] = []
            for stream in ["tickets", "ticket_metrics", "users", "organizations", "groups"] {
                truths.append(try await APIClient(simulator).send("GET", "/_simulator/truth/\(stream)").body)
            }
            return truths
        }
    }

    @Test("The same seed and changes give the same bytes; another seed gives others")
    func determinism() async throws {
        let change = WorldChange(updated: [.tickets: 7, .users: 2], deleted: [.tickets: 2], added: [.groups: 1])
        let first = try await truths(.open(tickets: 60), change)
        #expect(try await truths(.open(tickets: 60), change) == first)
        let other = try await truths(.open(tickets: 60, seed: 2), change)
        for (one, another) in zip(first, other) { #expect(one != another) }
        #expect(try await truths(.open(tickets: 60)) != first)
    }

    @Test("What is exported is what is true, to the byte, deleted records included")
    func truth() async throws {
        try await withSimulator(.open(tickets: 150)) { simulator in
            await simulator.change(WorldChange(updated: [.tickets: 30], deleted: [.tickets: 5, .users: 3]))
            let client = APIClient(simulator)
            for stream in ["tickets", "users"] {
                let truth = try await client.send("GET", "/_simulator/truth/\(stream)").text.split(separator: "\n")
                let page = try await client.send("GET", "/api/v2/incremental/\(stream)/cursor.json?start_time=0")
                #expect(try page.records(stream).count == truth.count)
                for record in truth { #expect(page.text.contains(record)) }
            }
        }
    }

    @Test("A change touches as many records as asked, all later than what was exported before")
    func change() async throws {
        try await withSimulator(.open(tickets: 100)) { simulator in
            let client = APIClient(simulator)
            let before = try await client.truth("tickets")
            let body = #"{"tickets": 9, "users": 1, "deleted": {"tickets": 4}, "added": {"tickets": 3}, "seed": 11}"#
            let reply = try await client.send("POST", "/_simulator/change", body: body)
            let summary = try JSONDecoder().decode(WorldChange.Summary.self, from: reply.body)
            #expect(summary.updated[.tickets]?.count == 9)
            #expect(summary.deleted[.tickets]?.count == 4)
            #expect(summary.added[.tickets]?.count == 3)
            let after = try await client.truth("tickets")
            #expect(after.count == before.count + 3)
            let newest = before.compactMap { $0["generated_timestamp"] as? Int }.max() ?? 0
            let changed = after.filter { ($0["generated_timestamp"] as? Int ?? 0) > newest }
            #expect(changed.count == 16)
            let deleted = after.filter { summary.deleted[.tickets, default: []].contains(Int64($0["id"] as? Int ?? 0)) }
            #expect(deleted.allSatisfy { $0["status"] as? String == "deleted" })
        }
    }

    @Test("Some changes of tickets show in `generated_timestamp` only")
    func quietChanges() async throws {
        try await withSimulator(.open(tickets: 80)) { simulator in
            let change = await simulator.change(WorldChange(updated: [.tickets: 70]))
            let since = change.firstSecond
            let path = "/api/v2/incremental/tickets/cursor.json?start_time=\(since)"
            let records = try await APIClient(simulator).send("GET", path).records("tickets")
            #expect(records.count == 70)
            let quiet = records.filter { record in
                let updated = (record["updated_at"] as? String).flatMap { Timestamp(parsing: $0) }
                return (updated?.seconds ?? since) < since
            }
            #expect((5...40).contains(quiet.count))
        }
    }

    @Test("A change in one second keeps to it; otherwise a few hundred share one")
    func seconds() async throws {
        try await withSimulator(.open(sizes: [.organizations: 1200])) { simulator in
            let client = APIClient(simulator)
            func largestCrowd() async throws -> Int {
                let records = try await client.truth("organizations")
                let crowds = Dictionary(grouping: records) { $0["updated_at"] as? String ?? "" }
                return crowds.values.map(\.count).max() ?? 0
            }
            await simulator.change(WorldChange(updated: [.organizations: 1100]))
            let spread = try await largestCrowd()
            #expect((300...400).contains(spread))
            await simulator.change(WorldChange(updated: [.organizations: 1100], isInOneSecond: true))
            #expect(try await largestCrowd() == 1100)
        }
    }

    @Test("Records are as odd as Zendesk's: every shape of value, other scripts, a duplicate of the fields")
    func oddities() async throws {
        try await withSimulator(.open(tickets: 200)) { simulator in
            let reply = try await APIClient(simulator).send("GET", "/_simulator/truth/tickets")
            let lines = reply.text.split(separator: "\n")
            for line in lines {
                // The bytes between one member's name and the next member's.
                let custom = between(line, #""custom_fields":"#, #","satisfaction_rating""#) ?? "[]"
                #expect(line.contains(#","fields":\#(custom),"#))
            }
            let records = try lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
            let fields = records.compactMap { $0?["custom_fields"] as? [[String: Any]] }.flatMap { $0 }
            let values = fields.map { $0["value"] }
            #expect(values.contains { $0 is String })
            #expect(values.contains { $0 is [Any] })
            #expect(values.contains { $0 is NSNull })
            #expect(values.contains { ($0 as? NSNumber)?.doubleValue.truncatingRemainder(dividingBy: 1) == 0.5 })
            #expect(reply.text.contains("\\ud83d"))
            #expect(reply.text.unicodeScalars.contains { $0.value > 0x3000 })
            let size = reply.body.count / lines.count
            #expect((2500...5000).contains(size))
            #expect(records.contains { $0?["satisfaction_rating"] is NSNull })
            #expect(records.contains { $0?["satisfaction_rating"] is [String: Any] })
        }
    }

    @Test("A deleted user stays, inactive and without an address")
    func deletedUser() async throws {
        try await withSimulator(.open(tickets: 40)) { simulator in
            let client = APIClient(simulator)
            let cursor = try await client.export("users").cursor
            let id = try #require(await simulator.change(WorldChange(deleted: [.users: 1])).deleted[.users]?.first)
            let records = try await client.export("users", start: "cursor=\(cursor)").pages.flatMap { $0 }
            #expect(ids(records) == [Int(id)])
            #expect(records.first?["active"] as? Bool == false)
            #expect(records.first?["email"] is NSNull)
        }
    }

    private func between(_ line: Substring, _ start: String, _ end: String) -> Substring? {
        guard let from = line.range(of: start)?.upperBound, let to = line[from...].range(of: end)?.lowerBound else {
            return nil
        }
        return line[from..<to]
    }
}
