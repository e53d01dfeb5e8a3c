import Catalog
import Extractor
import Model
import ServiceRuntime
import TestSupport
import Testing

@Suite("ReadPlan")
struct ReadPlanTests {
    private func bookmark(_ cursor: String?, complete: Bool, asOf seconds: Int64? = nil) -> Bookmark {
        var bookmark = Bookmark(complete: complete)
        bookmark.cursor = cursor
        bookmark.asOf = seconds.map(Timestamp.init(seconds:))
        return bookmark
    }

    private func plan(_ names: [StreamName], _ bookmarks: [StreamName: Bookmark] = [:]) -> [([StreamName], String?)] {
        ReadPlan.reads(names.compactMap { Catalog.stream($0, of: .support) }, bookmarks).map {
            ($0.streams.map(\.name), $0.start?.cursor)
        }
    }

    @Test("ticket_metrics shares the tickets' read, and has one where tickets are not selected")
    func shared() {
        #expect(plan(["tickets", "ticket_metrics", "users"]).map(\.0) == [["tickets", "ticket_metrics"], ["users"]])
        #expect(plan(["ticket_metrics"]).map(\.0) == [["ticket_metrics"]])
        #expect(ReadPlan.reads(Support.streams, [:]).first?.parent.name == "tickets")
    }

    @Test("a stream that is behind catches up by itself; complete ones go on together from the earliest")
    func behind() {
        let behind = plan(["tickets", "ticket_metrics"], ["tickets": bookmark("z", complete: true, asOf: 9)])
        #expect(behind.map(\.0) == [["tickets"], ["ticket_metrics"]])
        #expect(behind.map(\.1) == ["z", nil])
        let complete = plan(
            ["tickets", "ticket_metrics"],
            [
                "tickets": bookmark("z", complete: true, asOf: 9),
                "ticket_metrics": bookmark("y", complete: true, asOf: 8),
            ]
        )
        #expect(complete.map(\.0) == [["tickets", "ticket_metrics"]])
        #expect(complete.map(\.1) == ["y"])
        let broken = plan(
            ["tickets", "ticket_metrics"],
            ["tickets": bookmark("m", complete: false), "ticket_metrics": bookmark("m", complete: false)]
        )
        #expect(broken.map(\.0) == [["tickets", "ticket_metrics"]])
        #expect(broken.map(\.1) == ["m"])
    }
}

private actor Inside {
    private var now = 0
    private(set) var most = 0

    func enter() {
        now += 1
        most = max(most, now)
    }

    func leave() {
        now -= 1
    }
}

@Suite("Gate")
struct GateTests {
    @Test("lets as many through as it may, in any order of ends")
    func capacity() async throws {
        let gate = Gate(capacity: 3)
        let inside = Inside()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await gate.pass {
                        await inside.enter()
                        await Task.yield()
                        await inside.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await inside.most == 3)
    }

    @Test("one that is cancelled while it waits leaves no gap")
    func cancelled() async throws {
        let gate = Gate()
        let entered = StopSignal()
        let release = StopSignal()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await gate.pass {
                    entered.set()
                    await release.wait()
                }
            }
            await entered.wait()
            await withTaskGroup(of: Void.self) { waiters in
                for _ in 0..<10 {
                    waiters.addTask {
                        await #expect(throws: CancellationError.self) { try await gate.pass {} }
                    }
                }
                waiters.cancelAll()
            }
            release.set()
            try await group.waitForAll()
        }
        try await gate.pass {}
    }
}

@Suite("ZendeskAddress")
struct ZendeskAddressTests {
    @Test("requests go to the account's own host")
    func host() throws {
        #expect(try ZendeskAddress(try connection()).origin == "https://acme.zendesk.com")
    }

    @Test(
        "a loopback endpoint stands in for it",
        arguments: [
            "http://127.0.0.1:9999", "http://127.9.9.9:1/", "https://localhost:443", "http://[::1]:80",
            "http://localhost",
        ]
    )
    func loopback(endpoint: String) throws {
        let origin = try ZendeskAddress(try connection(endpoint: endpoint)).origin
        #expect(endpoint.hasPrefix(origin))
    }

    @Test(
        "any other endpoint is refused",
        arguments: [
            "http://evil.com", "http://127.0.0.1@evil.com", "http://127.0.0.1.evil.com", "http://127.0.0.1:80@evil.com",
            "http://localhost.evil.com:80", "http://[::1].evil.com", "ftp://127.0.0.1", "127.0.0.1:80", "",
            "http://127.0.0.1/path", "http://127.0.0.1?x", "http://127.0.0.1#x", "http://127.0.0.1:99999",
            "http://127.0.0.1:", "http://127.0.0.256", "http://127.1", "http://169.254.169.254", "http://0.0.0.0",
            "http://127.0.0.1:80\r\nx: y", "http://localhost:80/..", "http://LOCALHOST", "http://[::2]",
        ]
    )
    func refused(endpoint: String) throws {
        let definition = try connection(endpoint: endpoint)
        #expect(throws: ExtractorError.endpointRefused(endpoint)) { try ZendeskAddress(definition) }
    }
}

/// A connection of the account `acme` with an OAuth token.
func connection(
    endpoint: String? = nil,
    auth: Authentication = .oauthToken(token: .environment("TOKEN"))
) throws -> ConnectionDefinition {
    ConnectionDefinition(
        tenant: acme.tenant,
        id: acme.connection,
        name: "Stitch Zendesk",
        schema: try #require(SchemaName(rawValue: "stitch_zendesk")),
        source: .support,
        subdomain: try #require(SitePrefix(rawValue: "acme")),
        auth: auth,
        startDate: Timestamp(seconds: 1_500_000_000),
        endpoint: endpoint
    )
}
