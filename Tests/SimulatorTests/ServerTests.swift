import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("The server")
struct ServerTests {
    @Test("Everything that is served as JSON is JSON")
    func validity() async throws {
        try await withSimulator(.open(tickets: 400)) { simulator in
            let client = APIClient(simulator)
            for path in [
                "incremental/tickets/cursor.json?start_time=0&include=metric_sets",
                "incremental/users/cursor.json?start_time=0",
                "incremental/organizations.json?start_time=0", "groups.json?page%5Bsize%5D=100", "groups.json",
                "users/me.json", "tickets/count.json", "users/count.json", "nothing.json",
            ] {
                let reply = try await client.send("GET", "/api/v2/\(path)")
                #expect(reply.headers["content-type"] == "application/json; charset=utf-8")
                _ = try reply.object()
            }
        }
    }

    @Test("A client that accepts gzip gets it, with the same content")
    func gzip() async throws {
        var plain = SimulatorConfiguration.open(tickets: 50)
        plain.compresses = false
        let path = "/_simulator/truth/tickets"
        let expected = try await withSimulator(plain) { try await APIClient($0).send("GET", path).body }
        try await withSimulator(.open(tickets: 50)) { simulator in
            let export = "/api/v2/incremental/tickets/cursor.json?start_time=0"
            let reply = try await APIClient(simulator).send("GET", export)
            #expect(reply.headers["content-encoding"] == "gzip")
            #expect(try reply.records("tickets").count == expected.split(separator: UInt8(ascii: "\n")).count)
        }
    }

    @Test("The account says who asked for what, and can be cleared")
    func account() async throws {
        try await withSimulator(.open()) { simulator in
            let client = APIClient(simulator)
            _ = try await client.send("GET", "/api/v2/groups.json?page%5Bsize%5D=5")
            _ = try await client.send("GET", "/api/v2/groups")
            _ = try await client.send("GET", "/api/v2/none")
            let body = try await client.send("GET", "/_simulator/requests").body
            let account = try JSONDecoder().decode(RequestAccount.self, from: body)
            #expect(account.total == 3)
            #expect(account.paths == ["/api/v2/groups": 2, "/api/v2/none": 1])
            #expect(account.requests.map(\.query) == ["page%5Bsize%5D=5", "", ""])
            #expect(account.requests.map(\.status) == [200, 200, 404])
            #expect(!String(decoding: body, as: UTF8.self).contains("simulator-token"))
            _ = try await client.send("DELETE", "/_simulator/requests")
            #expect(simulator.account().total == 0)
        }
    }

    @Test("The end of the scope ends the server, whether it returns or throws")
    func end() async throws {
        struct Stop: Error {}
        // Between two servers somebody else may get the port; hardly each time.
        var again: Bool?
        for _ in 1...5 where again == nil {
            var configuration = SimulatorConfiguration.open()
            await #expect(throws: Stop.self) {
                try await withSimulator(.open()) { simulator in
                    _ = try await APIClient(simulator).send("GET", "/api/v2/groups.json")
                    configuration.port = simulator.port
                    throw Stop()
                }
            }
            // The port is free again: a server can be started on it.
            again = try? await withSimulator(configuration) { [configuration] simulator in
                await #expect(throws: (any Error).self) {
                    try await withSimulator(configuration) { _ in }
                }
                return simulator.port == configuration.port
            }
        }
        #expect(again == true)
    }
}
