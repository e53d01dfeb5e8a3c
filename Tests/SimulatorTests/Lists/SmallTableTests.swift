import Foundation
import Testing
import ZendeskSimulator

@Suite("Small tables")
struct SmallTableTests {
    @Test("A list brings the whole table once, whatever its size", arguments: ListCase.all, [0, 1, 100, 101, 250])
    func completeness(list: ListCase, size: Int) async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes[list.name] = size
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let pages = try await ListReader(client, list).pages()
            try await expectTruth(list, pages, client)
            #expect(pages.joined().count == size)
            if isPaged(list) { #expect(pages.allSatisfy { $0.count <= 100 }) }
            if isPaged(list), size == 250 { #expect(pages.count >= 3) }
        }
    }

    @Test("Changes, deletions and new records show at the next reading, and the rest stays", arguments: ListCase.all)
    func changes(list: ListCase) async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes[list.name] = 12
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            let before = try await client.truth(list.name)
            let counts = #"{"updated":{"\#(list.name)":2},"deleted":{"\#(list.name)":3},"added":{"\#(list.name)":1}}"#
            let reply = try await client.send("POST", "/_simulator/lists", body: counts)
            #expect(reply.status == 200)
            let pages = try await ListReader(client, list, limit: 5).pages()
            try await expectTruth(list, pages, client)
            let after = try await client.truth(list.name)
            #expect(after.count == (list.name == "chat/chats" ? 13 : 10))
            let old = Dictionary(uniqueKeysWithValues: before.map { (list.key($0), $0 as NSDictionary) })
            let same = after.filter { old[list.key($0)] == $0 as NSDictionary }
            // An update may draw the values that were there; deleted chats stay, changed.
            #expect((7...9).contains(same.count))
        }
    }

    @Test("The same seed gives the same records; another seed gives others", arguments: ["macros", "chat/chats"])
    func determinism(name: String) async throws {
        var texts: [String] = []
        for seed: UInt64 in [1, 1, 2] {
            try await withSimulator(.open(seed: seed)) { simulator in
                texts.append(try await APIClient(simulator).send("GET", "/_simulator/truth/\(name)").text)
            }
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
    }

    @Test("A schedule's holidays are its own, and go with it")
    func holidays() async throws {
        var configuration = SimulatorConfiguration.open()
        configuration.lists.sizes = ["schedules": 3, "schedule_holidays": 8]
        try await withSimulator(configuration) { simulator in
            let client = APIClient(simulator)
            var found: Set<Int> = []
            for id in ids(try await client.truth("schedules")) {
                let reply = try await client.send("GET", "/api/v2/business_hours/schedules/\(id)/holidays.json")
                for holiday in ids(try reply.records("holidays")) {
                    #expect(found.insert(holiday).inserted)
                }
            }
            #expect(found == Set(ids(try await client.truth("schedule_holidays"))))
            #expect(found.count == 8)
            let gone = try #require(simulator.change(ListChange(deleted: ["schedules": 1])).deleted["schedules"])
            let path = "/api/v2/business_hours/schedules/\(gone[0])/holidays"
            #expect(try await client.send("GET", path).status == 404)
            #expect(try await client.truth("schedule_holidays").count < 8)
        }
    }

    @Test("The custom fields are those that users, organizations and tickets carry")
    func customFields() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            for (owners, stream) in [("users", "user_fields"), ("organizations", "organization_fields")] {
                let owner = try #require(try await client.truth(owners).first)
                let carried = try #require(owner[stream] as? [String: Any])
                let defined = try await client.truth(stream).compactMap { $0["key"] as? String }
                #expect(Set(carried.keys) == Set(defined))
            }
            let ticket = try #require(try await client.truth("tickets").first { $0["custom_fields"] != nil })
            let carried = ids(try #require(ticket["custom_fields"] as? [[String: Any]]))
            let defined = ids(try await client.truth("ticket_fields"))
            #expect(Set(carried).isSubset(of: defined))
        }
    }

    @Test("Tags have names with slashes, spaces and letters of all scripts; memberships may lack their dates")
    func oddKeys() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            let names = try await client.truth("tags").compactMap { $0["name"] as? String }
            #expect(names.contains("a/b"))
            #expect(names.contains("\u{1F525}_hot"))
            #expect(Set(names).count == names.count)
            let memberships = try await client.truth("group_memberships")
            #expect(memberships.contains { $0["updated_at"] is NSNull })
            #expect(memberships.contains { $0["updated_at"] is String })
        }
    }

    private func isPaged(_ list: ListCase) -> Bool {
        switch list.dialect {
        case .single, .array, .object: false
        default: true
        }
    }

    /// Every record of the truth came once, as it is, and no other.
    private func expectTruth(_ list: ListCase, _ pages: [[[String: Any]]], _ client: APIClient) async throws {
        let found = pages.joined().map { (list.key($0), $0 as NSDictionary) }
        let truth = try await client.truth(list.name).map { (list.key($0), $0 as NSDictionary) }
        #expect(Set(found.map(\.0)).count == found.count, "no record comes twice")
        let expected = Dictionary(truth) { first, _ in first }
        #expect(Dictionary(found) { first, _ in first } == expected)
    }
}
