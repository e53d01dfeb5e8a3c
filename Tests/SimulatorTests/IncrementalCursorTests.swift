import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("Incremental cursor exports")
struct IncrementalCursorTests {
    @Test(
        "An export brings every record once, in the order of its change",
        arguments: [SimulatedStream.tickets, .users],
        [0, 1, 10, 11, 25]
    )
    func completeness(stream: SimulatedStream, size: Int) async throws {
        try await withSimulator(.open(sizes: [stream: size])) { simulator in
            let client = APIClient(simulator)
            let (pages, _) = try await client.export(stream.rawValue, parameters: "&per_page=10")
            let records = pages.flatMap { $0 }
            #expect(records.count == size)
            #expect(pages.count == max(1, (size + 9) / 10))
            #expect(ids(records).sorted() == ids(try await client.truth(stream.rawValue)))
            let keys = records.map { record in
                (time(record, stream), record["id"] as? Int ?? -1)
            }
            #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("The cursor is the last record's time and id, and its end is where the next export starts")
    func cursor() async throws {
        try await withSimulator(.open(tickets: 12)) { simulator in
            let client = APIClient(simulator)
            let (pages, cursor) = try await client.export("tickets")
            let last = try #require(pages.last?.last)
            let id = try #require(last["id"] as? Int)
            let decoded = Data(base64Encoded: cursor).map { String(decoding: $0, as: UTF8.self) }
            #expect(decoded == "\(time(last, .tickets)).0||\(id)|")

            let (idle, same) = try await client.export("tickets", start: "cursor=\(cursor)")
            #expect(idle.flatMap { $0 }.isEmpty)
            #expect(same == cursor)

            let change = await simulator.change(WorldChange(updated: [.tickets: 3], added: [.tickets: 2]))
            let changed = (change.updated[.tickets] ?? []) + (change.added[.tickets] ?? [])
            let (news, _) = try await client.export("tickets", start: "cursor=\(cursor)")
            #expect(ids(news.flatMap { $0 }).sorted() == changed.map(Int.init).sorted())
        }
    }

    @Test("`after_url` leads to the next page with the same parameters, on the host that was asked")
    func afterURL() async throws {
        try await withSimulator(.open(tickets: 10)) { simulator in
            let client = APIClient(simulator)
            let path = "/api/v2/incremental/tickets/cursor.json?start_time=0&per_page=6&include=metric_sets"
            let first = try await client.send("GET", path)
            let next = try #require(try first.object()["after_url"] as? String)
            #expect(next.hasPrefix(simulator.url + "/api/v2/incremental/tickets/cursor.json?cursor="))
            #expect(next.contains("include=metric_sets"))
            let second = try await client.send("GET", next)
            #expect(try second.records("tickets").count == 4)
            #expect(try second.object()["end_of_stream"] as? Bool == true)
            #expect(try first.object()["before_cursor"] is NSNull)
        }
    }

    @Test("Metric sets are embedded only when asked for, and never in a deleted ticket")
    func metricSets() async throws {
        try await withSimulator(.open(tickets: 200)) { simulator in
            let client = APIClient(simulator)
            let plain = try await client.export("tickets").pages.flatMap { $0 }
            #expect(plain.allSatisfy { $0["metric_set"] == nil })
            let pages = try await client.export("tickets", parameters: "&include=users,metric_sets").pages
            let records = pages.flatMap { $0 }
            let deleted = records.filter { $0["status"] as? String == "deleted" }
            #expect(!deleted.isEmpty)
            for record in records {
                let set = record["metric_set"] as? [String: Any]
                #expect((set == nil) == (record["status"] as? String == "deleted"))
                if let set { #expect(set["ticket_id"] as? Int == record["id"] as? Int) }
            }
            #expect(try await client.truth("ticket_metrics").count == records.count - deleted.count)
        }
    }

    @Test("`exclude_deleted` leaves deleted tickets out and still ends")
    func excludeDeleted() async throws {
        try await withSimulator(.open(tickets: 300)) { simulator in
            let client = APIClient(simulator)
            let all = try await client.export("tickets").pages.flatMap { $0 }
            let some = try await client.export("tickets", parameters: "&exclude_deleted=true&per_page=50").pages
            #expect(some.flatMap { $0 }.allSatisfy { $0["status"] as? String != "deleted" })
            #expect(some.flatMap { $0 }.count == all.filter { $0["status"] as? String != "deleted" }.count)
        }
    }

    @Test("A crowd in one second is passed through by cursor, whatever the page's size")
    func storm() async throws {
        var configuration = SimulatorConfiguration.open(tickets: 60)
        configuration.world.inOneSecond = [.tickets: 40]
        try await withSimulator(configuration) { simulator in
            let pages = try await APIClient(simulator).export("tickets", parameters: "&per_page=7").pages
            let records = pages.flatMap { $0 }
            #expect(Set(ids(records)).count == 60)
            let crowd = Dictionary(grouping: records) { time($0, .tickets) }.values.map(\.count).max() ?? 0
            #expect(crowd >= 40)
        }
    }

    @Test(
        "What cannot be read is refused",
        arguments: [
            ("", 422, "start_time"), ("start_time=yesterday", 422, "start_time"), ("start_time=-1", 422, "start_time"),
            ("start_time=0&per_page=1001", 400, "per_page cannot be greater than 1000"),
            ("start_time=0&per_page=0", 400, "per_page"), ("cursor=abc", 400, "cursor"),
        ]
    )
    func refusals(query: String, status: Int, word: String) async throws {
        try await withSimulator(.open()) { simulator in
            let reply = try await APIClient(simulator).send("GET", "/api/v2/incremental/tickets/cursor.json?\(query)")
            #expect(reply.status == status)
            #expect(reply.text.contains(word))
            _ = try reply.object()
        }
    }

    @Test("A change is held back for a minute, and a start within that minute is refused")
    func holdBack() async throws {
        let clock = SteppedClock(SimulatorConfiguration.end + .seconds(3600))
        var configuration = SimulatorConfiguration.open(tickets: 10)
        configuration.clock = clock
        configuration.holdBack = .seconds(60)
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let cursor = try await client.export("tickets").cursor
            await simulator.change(WorldChange(updated: [.tickets: 4]))
            clock.advance(by: .seconds(59))
            #expect(try await client.export("tickets", start: "cursor=\(cursor)").pages.flatMap { $0 }.isEmpty)
            clock.advance(by: .seconds(1))
            #expect(try await client.export("tickets", start: "cursor=\(cursor)").pages.flatMap { $0 }.count == 4)

            let recent = clock.now().seconds - 59
            let reply = try await client.send("GET", "/api/v2/incremental/users/cursor.json?start_time=\(recent)")
            #expect(reply.status == 400)
            #expect(try reply.object()["error"] as? String == "StartTimeTooRecent")
            let old = try await client.send("GET", "/api/v2/incremental/users/cursor.json?start_time=\(recent - 1)")
            #expect(old.status == 200)
        }
    }

    private func time(_ record: [String: Any], _ stream: SimulatedStream) -> Int64 {
        if stream == .tickets { return Int64(record["generated_timestamp"] as? Int ?? -1) }
        return (record["updated_at"] as? String).flatMap { Timestamp(parsing: $0) }?.seconds ?? -1
    }
}
