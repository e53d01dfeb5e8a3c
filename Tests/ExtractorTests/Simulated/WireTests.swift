import Catalog
import Extractor
import Foundation
import Model
import ServiceRuntime
import Synchronization
import Testing

@Suite("Requests on the wire", .serialized)
struct WireTests {
    private static let page = Array(#"{"groups":[]}"#.utf8)
    private let request = PageRequest(path: "groups.json", query: [], bucket: .account)

    private func withClient(
        _ endpoint: String?,
        environment: [String: String] = [:],
        marketplace: Marketplace? = nil,
        _ body: (ZendeskClient) async throws -> Void
    ) async throws {
        var definition = try connection()
        definition.endpoint = endpoint
        definition.marketplace = marketplace
        let connections = HTTPConnections(environment: environment)
        do {
            try await body(try ZendeskClient(definition, connections: connections, userAgent: "deskpipe/1.2.3"))
            await connections.close()
        } catch {
            await connections.close()
            throw error
        }
    }

    private func withServer(_ answers: [[UInt8]], _ body: (CannedServer) async throws -> Void) async throws {
        let server = try CannedServer(answers)
        defer { server.close() }
        try await body(server)
    }

    /// Asks for a page of a server's answers.
    private func ask(
        _ answers: [[UInt8]],
        policy: RetryPolicy = RetryPolicy(attempts: 3),
        isLargerPage: Bool = false,
        onRefusal: ZendeskSession.Refusals = .fail,
        observe: @escaping @Sendable (StreamName, ZendeskSession.Event) -> Void = { _, _ in }
    ) async throws -> ZendeskSession.Answer<[UInt8]> {
        let server = try CannedServer(answers)
        defer { server.close() }
        var answer: ZendeskSession.Answer<[UInt8]>?
        try await withClient(server.url) { client in
            let clock = LeapingClock(SystemClock())
            var definition = try connection()
            definition.auth = .oauthToken(token: .environment("TOKEN"))
            let authenticator = Authenticator(
                definition,
                client: client,
                secrets: SecretResolver(environment: ["TOKEN": "canary"]),
                clock: clock,
                policy: policy
            )
            let session = ZendeskSession(
                client: client,
                authenticator: authenticator,
                policy: policy,
                clock: clock,
                stop: StopSignal(),
                observe: observe
            )
            answer = try await session.page(
                request,
                of: "groups",
                canShrink: false,
                isLargerPage: isLargerPage,
                onRefusal: onRefusal
            ) { body throws(PageError) in body }
        }
        return try #require(answer)
    }

    @Test("who asks is said in the heads")
    func heads() async throws {
        try await withServer([CannedServer.answer("200 OK", ["X-Request-Id: abc-1"], body: Self.page)]) { server in
            let marketplace = Marketplace(name: "Desk pipe", organizationID: "11", appID: "22")
            try await withClient(server.url, marketplace: marketplace) { client in
                let response = try await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
                #expect(response.body == Self.page && response.requestID == "abc-1")
            }
            let head = try #require(server.requests.first).lowercased()
            for line in [
                "get /api/v2/groups.json http/1.1", "user-agent: deskpipe/1.2.3", "authorization: bearer t",
                "x-zendesk-marketplace-name: desk pipe", "x-zendesk-marketplace-organization-id: 11",
                "x-zendesk-marketplace-app-id: 22", "accept-encoding: gzip",
            ] {
                #expect(head.contains(line + "\r\n"))
            }
        }
    }

    @Test(
        "a marketplace that would add a header of its own is a fault of the configuration",
        arguments: ["a\r\nX-Evil: 1", "a\nb", "a\u{0}", "é", ""]
    )
    func injection(value: String) async throws {
        for marketplace in [
            Marketplace(name: value, organizationID: "1", appID: "2"),
            Marketplace(name: "a", organizationID: value, appID: "2"),
            Marketplace(name: "a", organizationID: "1", appID: value),
        ] {
            await #expect(throws: ExtractorError.self) {
                try await withClient("http://127.0.0.1:9", marketplace: marketplace) { _ in }
            }
        }
    }

    @Test("a redirect is not followed")
    func redirects() async throws {
        try await withServer([CannedServer.answer("200 OK", body: Self.page)]) { elsewhere in
            try await withServer([
                CannedServer.answer("302 Found", ["location: \(elsewhere.url)/api/v2/groups.json"])
            ]) { server in
                try await withClient(server.url) { client in
                    let response = try await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
                    #expect(response.status == 302)
                }
                #expect(server.requests.count == 1 && elsewhere.requests.isEmpty)
            }
        }
    }

    @Test("a body that inflates beyond the bound is too large, not a full memory")
    func bomb() async throws {
        let body = gzipBomb(inflatedBytes: HTTPConnections.maxBodyBytes * 8)
        let answer = CannedServer.answer("200 OK", ["content-encoding: gzip"], body: body)
        try await withServer([answer]) { server in
            try await withClient(server.url) { client in
                await #expect(throws: RequestFailure.tooLarge) {
                    _ = try await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
                }
            }
        }
        // What it is made of inflates well below the bound.
        let small = CannedServer.answer("200 OK", ["content-encoding: gzip"], body: gzipBomb(inflatedBytes: 258_000))
        try await withServer([small]) { server in
            try await withClient(server.url) { client in
                let response = try? await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
                #expect(response.map { $0.body.count == 258_001 } ?? true)
            }
        }
    }

    @Test("the proxy is asked for the account's host, with its user, and never for a loopback one")
    func proxy() async throws {
        try await withServer([CannedServer.answer("502 Bad Gateway")]) { proxy in
            let environment = ["https_proxy": "http://me:pass%20canary@127.0.0.1:\(proxy.port)"]
            try await withClient(nil, environment: environment) { client in
                do {
                    _ = try await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
                    Issue.record("an answer")
                } catch let failure as RequestFailure {
                    #expect(!failure.problem.contains("canary"))
                }
            }
            let head = try #require(proxy.requests.first).lowercased()
            #expect(head.hasPrefix("connect acme.zendesk.com:443 http/1.1\r\n"))
            let pair = Data("me:pass canary".utf8).base64EncodedString()
            #expect(head.contains("proxy-authorization: basic \(pair.lowercased())"))
            #expect(!head.contains("bearer"))
            let count = proxy.requests.count
            try await withServer([CannedServer.answer("200 OK", body: Self.page)]) { server in
                try await withClient(server.url, environment: environment) { client in
                    let response = try await client.get("/x", authorization: Secret("Bearer t"))
                    #expect(response.status == 200)
                }
            }
            #expect(proxy.requests.count == count)
        }
    }

    @Test(
        "a proxy that cannot be used is a fault of the configuration, without its password",
        arguments: ["https://proxy:443", "socks5://me:canary@proxy:1", "http://", "http://proxy:0", "http://p/path"]
    )
    func badProxy(value: String) async throws {
        do {
            try await withClient(nil, environment: ["HTTPS_PROXY": value]) { _ in }
            Issue.record("accepted")
        } catch let error as ExtractorError {
            #expect(error.exitCode == .configuration && !error.message.contains("canary"))
        }
        try await withClient("http://127.0.0.1:9", environment: ["HTTPS_PROXY": value]) { _ in }
    }

    @Test("a refused record is skipped, whatever its answer says", arguments: ["403 Forbidden", "404 Not Found"])
    func skips(status: String) async throws {
        for body in ["", "<html>", #"{"error":"#, "\u{0}"] {
            let refusal = CannedServer.answer(status, ["content-type: text/html"], body: Array(body.utf8))
            guard case .skipped(let code) = try await ask([refusal], onRefusal: .skip) else {
                Issue.record("not skipped")
                return
            }
            #expect(status.hasPrefix("\(code)"))
            await #expect(throws: ExtractorError.self) { _ = try await ask([refusal]) }
        }
    }

    @Test("a larger page that is refused says so, with the request's id")
    func pageSize() async throws {
        let body = Array(#"{"error":"InvalidPaginationParameter","description":"page[size] cannot be greater"}"#.utf8)
        let refusal = CannedServer.answer("400 Bad Request", ["x-request-id: r-77"], body: body)
        guard case .refusedPageSize(let error) = try await ask([refusal], isLargerPage: true) else {
            Issue.record("not told")
            return
        }
        #expect(error.message.contains("InvalidPaginationParameter") && error.message.contains("request r-77"))
    }

    @Test("a pause that Zendesk asks for is told, and an answer after it is the page's")
    func throttled() async throws {
        let told = Mutex<[Int]>([])
        let answers = [
            CannedServer.answer("429 Too Many", ["retry-after: 30"], body: Array("<html>slow down".utf8)),
            CannedServer.answer("503 Busy", ["retry-after: 2000"]), CannedServer.answer("520 Unknown"),
            CannedServer.answer("200 OK", body: Self.page),
        ]
        let answer = try await ask(answers, policy: RetryPolicy(attempts: 4)) { _, event in
            if case .throttled(let status, .account, _) = event { told.withLock { $0.append(status) } }
        }
        guard case .page(let body, _) = answer else {
            Issue.record("no page")
            return
        }
        #expect(body == Self.page && told.withLock { $0 } == [429, 503])
    }

    @Test("an outage of over five minutes hints at the status page")
    func outage() async throws {
        let reasons = Mutex<[String]>([])
        let policy = RetryPolicy(attempts: 18)
        await #expect(throws: ExtractorError.self) {
            _ = try await ask([CannedServer.answer("502 Bad Gateway")], policy: policy) { _, event in
                if case .waits(let wait?) = event { reasons.withLock { $0.append(wait.reason) } }
            }
        }
        let all = reasons.withLock { $0 }
        #expect(all.count == 17 && all[0] == "it answers with status 502")
        #expect(all.last?.contains("status.zendesk.com") == true)
    }
}
