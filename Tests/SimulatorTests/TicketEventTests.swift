import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Ticket events and audits")
struct TicketEventTests {
    private let events = "/api/v2/incremental/ticket_events.json?include=comment_events"

    /// A world whose tickets have one audit each, or more.
    private func configuration(tickets: Int, audits: Int = 1) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration.open(tickets: tickets)
        configuration.world.auditsPerTicket = audits
        return configuration
    }

    /// The records of an event export from its beginning to its end.
    private func export(_ client: APIClient, _ start: String) async throws -> [[String: Any]] {
        var url = start
        var found: [[String: Any]] = []
        for _ in 0..<200 {
            let reply = try await client.send("GET", url)
            #expect(reply.status == 200)
            found += try reply.records("ticket_events")
            if try reply.object()["end_of_stream"] as? Bool == true { return found }
            url = try #require(try reply.object()["next_page"] as? String)
        }
        Issue.record("the export does not end")
        return found
    }

    @Test("The export brings every event once and the seam twice", arguments: [0, 1, 10, 11, 35])
    func completeness(size: Int) async throws {
        try await withSimulator(configuration(tickets: size)) { simulator in
            let client = APIClient(simulator)
            let found = try await export(client, events + "&start_time=0&per_page=10")
            let truth = try await client.truth("ticket_events")
            #expect(Set(ids(found)) == Set(ids(truth)))
            #expect(truth.count >= size)
            let times = found.compactMap { $0["timestamp"] as? Int }
            #expect(times == times.sorted())
        }
    }

    @Test("More events in one second than a page holds make `next_page` go round in circles")
    func storm() async throws {
        var configuration = configuration(tickets: 40)
        configuration.world.inOneSecond = [.tickets: 40]
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let second = try #require(try await client.truth("tickets").first?["generated_timestamp"] as? Int)
            let first = try await client.send("GET", events + "&start_time=\(second)&per_page=20").object()
            #expect(first["end_of_stream"] as? Bool == false)
            #expect(first["end_time"] as? Int == second)
        }
    }

    @Test("A ticket's audits are its events, comments and their ids included, page by page")
    func audits() async throws {
        var configuration = configuration(tickets: 6, audits: 4)
        configuration.world.deletedPercent = 0
        configuration.world.longTickets = 1
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            // A change takes the ticket out of the archive, where paging is not kept to.
            await simulator.change(WorldChange(updated: [.tickets: 6]))
            let all = try await export(client, events + "&start_time=0")
            for ticket in 1...6 {
                var url = "/api/v2/tickets/\(ticket)/audits.json?page%5Bsize%5D=100"
                var audits: [[String: Any]] = []
                while true {
                    let reply = try await client.send("GET", url)
                    audits += try reply.records("audits")
                    let meta = try #require(try reply.object()["meta"] as? [String: Any])
                    if meta["has_more"] as? Bool == false { break }
                    let links = try #require(try reply.object()["links"] as? [String: Any])
                    url = try #require(links["next"] as? String)
                }
                let own = all.filter { $0["ticket_id"] as? Int == ticket }
                #expect(ids(audits) == ids(own))
                if ticket == 1 { #expect(audits.count == 251) }
                #expect(comments(audits, "events", "type") == comments(own, "child_events", "event_type"))
                let first = try #require(audits.first?["events"] as? [[String: Any]])
                #expect(first.contains { $0["type"] as? String == "Create" && $0["value"] is [Any] })
                #expect(first.contains { $0["type"] as? String == "Create" && $0["value"] is String })
            }
        }
    }

    private func comments(_ rows: [[String: Any]], _ list: String, _ type: String) -> [String] {
        rows.flatMap { $0[list] as? [[String: Any]] ?? [] }
            .filter { $0[type] as? String == "Comment" }
            .map { "\($0["id"] ?? "") \($0["body"] ?? "")" }
    }

    @Test("Without the side-load comments are only marked")
    func marks() async throws {
        try await withSimulator(configuration(tickets: 5)) { simulator in
            let reply = try await APIClient(simulator).send("GET", "/api/v2/incremental/ticket_events?start_time=0")
            let children = try reply.records("ticket_events").flatMap { $0["child_events"] as? [[String: Any]] ?? [] }
            let comments = children.filter { $0["event_type"] as? String == "Comment" }
            #expect(comments.count >= 5)
            #expect(comments.allSatisfy { $0["comment_present"] as? Bool == true && $0["body"] == nil })
            #expect(children.allSatisfy { $0["via"] is String || $0["event_type"] as? String == "Notification" })
        }
    }

    @Test("An archived ticket's audits come at once without `meta`; a deleted or unknown ticket has none")
    func archived() async throws {
        var configuration = configuration(tickets: 40)
        configuration.world.longTickets = 20
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            var whole = 0
            for ticket in 1...20 {
                let reply = try await client.send("GET", "/api/v2/tickets/\(ticket)/audits.json?page%5Bsize%5D=10")
                guard reply.status == 200, try reply.object()["meta"] == nil else { continue }
                whole += 1
                #expect(try reply.records("audits").count == 250)
            }
            #expect(whole > 3)
            let id = try #require(
                await simulator.change(WorldChange(deleted: [.tickets: 1])).deleted[.tickets]?.first
            )
            for ticket in [id, 4000] {
                let reply = try await client.send("GET", "/api/v2/tickets/\(ticket)/audits.json")
                #expect(reply.status == 404)
                #expect(try reply.object()["error"] as? String == "RecordNotFound")
            }
        }
    }

    @Test("A redaction shows as an event and takes the text away, with or without a version of the ticket")
    func redaction() async throws {
        try await withSimulator(configuration(tickets: 30)) { simulator in
            let client = APIClient(simulator)
            let tickets = try await client.send("GET", "/_simulator/truth/tickets").body
            let body = #"{"redacted_tickets": [1], "quietly": true}"#
            let change = try await client.send("POST", "/_simulator/change", body: body)
            let summary = try JSONDecoder().decode(WorldChange.Summary.self, from: change.body)
            #expect(summary.redacted == [1])
            #expect(try await client.send("GET", "/_simulator/truth/tickets").body == tickets)
            let since = try await export(client, events + "&start_time=\(summary.firstSecond)")
            let child = try #require((since.first?["child_events"] as? [[String: Any]])?.first)
            #expect(since.count == 1)
            #expect(child["event_type"] as? String == "CommentRedactionEvent")
            let audits = try await client.send("GET", "/api/v2/tickets/1/audits").records("audits")
            let comment = try #require((audits.first?["events"] as? [[String: Any]])?.first)
            #expect(comment["id"] as? Int == child["comment_id"] as? Int)
            #expect(comment["body"] as? String == "\u{2587}\u{2587}\u{2587}\u{2587}")
            await simulator.change(WorldChange(updated: [.tickets: 1]))
            #expect(try await client.send("GET", "/_simulator/truth/tickets").body != tickets)
        }
    }

    @Test("Every change of a ticket brings one event, and comments' truth has a row for each comment")
    func changes() async throws {
        try await withSimulator(configuration(tickets: 30, audits: 4)) { simulator in
            let client = APIClient(simulator)
            let before = try await client.truth("ticket_events").count
            _ = try await export(client, events + "&start_time=0")
            let change = await simulator.change(
                WorldChange(updated: [.tickets: 9], deleted: [.tickets: 2], added: [.tickets: 3])
            )
            let since = try await export(client, events + "&start_time=\(change.firstSecond)")
            #expect(since.count == 14)
            #expect(try await client.truth("ticket_events").count == before + 14)
            let all = try await export(client, events + "&start_time=0")
            let comments = all.flatMap { $0["child_events"] as? [[String: Any]] ?? [] }
                .filter { $0["event_type"] as? String == "Comment" }
            let truth = try await client.truth("ticket_comments")
            #expect(Set(ids(truth)) == Set(ids(comments)))
            #expect(truth.allSatisfy { $0["ticket_id"] is Int && $0["created_at"] is String && $0["metadata"] != nil })
        }
    }

    @Test("A closed path refuses with the status it was given, one ticket's too, until it is opened")
    func gates() async throws {
        try await withSimulator(configuration(tickets: 5)) { simulator in
            let client = APIClient(simulator)
            simulator.close("/api/v2/tickets/2/audits", status: 403)
            simulator.close("/api/v2/satisfaction_ratings", status: 404)
            let open = try await client.send("GET", "/api/v2/tickets/1/audits")
            #expect(open.status == 200)
            #expect(try await client.send("GET", "/api/v2/tickets/2/audits.json").status == 403)
            #expect(try await client.send("GET", "/api/v2/satisfaction_ratings.json").status == 404)
            let body = #"{"/api/v2/tickets/2/audits": null}"#
            #expect(try await client.send("POST", "/_simulator/gates", body: body).status == 204)
            #expect(try await client.send("GET", "/api/v2/tickets/2/audits.json").status == 200)
        }
    }
}
