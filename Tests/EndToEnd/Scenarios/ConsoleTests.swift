import Foundation
import FoundationNetworking
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// The console as a process: beside others, on ports that are free or not, with the settings that it needs.
@Suite("The console's process")
struct ConsoleTests {
    private static let settings = [
        Setting(log: .embedded, store: .sqlite), Setting(log: .kafka, store: .sqlite),
    ]

    @Test(
        "a console of its own shows what others do, has them run again, and has a connection checked",
        arguments: settings
    )
    func beside(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            var others: [Program] = []
            if setting.log == .kafka {
                try await scene.deskpipe("apply")
                others = [try scene.start("extractor"), try scene.start("loader")]
            } else {
                others = [try scene.start(["run"], environment: ["DESKPIPE_CONSOLE__LISTEN": "none"])]
            }
            let hasBegun = try await eventually { scene.simulator.account().total > 0 || others[0].hasEnded }
            try #require(hasBegun && !others[0].hasEnded, "\(others[0].errors)")
            let port = try LocalSocket.freePort()
            let console = try scene.start(["console"], environment: ["DESKPIPE_CONSOLE__LISTEN": "127.0.0.1:\(port)"])
            let visit = Visit(port: port)
            let isLoaded = try await eventually {
                // It does not listen at once.
                let summary = try? await visit.summary()
                return summary?.connection.standing == "caught_up" && summary?.loading.rows_to_load == 0
                    || console.hasEnded
            }
            try #require(isLoaded, "\(console.errors)")
            let first = try #require(try await visit.summary().extraction.last_run?.run)
            #expect(try await visit.get("/c/acme/support").text.contains("Caught up"))
            #expect(try await visit.get("/c/acme/support/runs/\(first)").text.contains("run ended"))
            let foreign = try await visit.get("/", host: "rebound.example")
            #expect(foreign.status == 421 && !foreign.text.contains("acme"), "another name that leads here")
            try await visit.post("/c/acme/support/commands", ["command": "run"])
            let hasRun = try await eventually { try await visit.summary().extraction.last_run?.run != first }
            #expect(hasRun)
            let checked = try await visit.post("/c/acme/support/commands", ["command": "check"])
            if setting.log == .kafka {
                let isAnswered = try await eventually {
                    try await visit.get("/api/v1/connections/acme/support/check").status == 200
                }
                #expect(isAnswered)
                #expect(try await visit.get("/c/acme/support").text.contains("Success!"))
            } else {
                #expect(checked.text.contains("Success!") && checked.text.contains("client credentials"))
            }
            for program in others + [console] { program.send(SIGTERM) }
            for program in others + [console] {
                #expect(try await program.outcome().exit == .status(143), "\(program.name)")
            }
        }
    }

    @Test("a port that is taken is an error where it was named; a single run needs none")
    func busyPort() async throws {
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 10)) { scene in
            let port = try LocalSocket.freePort()
            let named = ["DESKPIPE_CONSOLE__LISTEN": "127.0.0.1:\(port)"]
            try await scene.runOnce()
            let holder = try scene.start(["console"], environment: named)
            let isUp = try await eventually {
                holder.errors.contains("console: http://127.0.0.1:\(port)/") || holder.hasEnded
            }
            try #require(isUp && !holder.hasEnded, "\(holder.errors)")
            for command in ["console", "run"] {
                let outcome = try await scene.deskpipe([command], environment: named)
                #expect(outcome.exit == .status(78) && outcome.errors.contains("cannot listen on 127.0.0.1:\(port)"))
            }
            let once = try await scene.deskpipe(["run", "--once"], environment: named)
            #expect(once.exit == .status(0) && !once.errors.contains("console:"))
            holder.send(SIGINT)
            #expect(try await holder.outcome().exit == .status(130))
        }
    }

    @Test(
        "what would let strangers in, or tell them a token, does not start",
        arguments: [
            (["LISTEN": "0.0.0.0:0"], "console.tokens is empty"),
            (["LISTEN": "127.0.0.1:0", "HOSTS": "console.example"], "console.tokens is empty"),
            (["LISTEN": "somewhere"], "must be an address such as 127.0.0.1:8080, or none"),
            (["LISTEN": "none"], "console.listen is none"),
        ]
    )
    func refused(settings: [String: String], problem: String) async throws {
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 10)) { scene in
            let environment = Dictionary(uniqueKeysWithValues: settings.map { ("DESKPIPE_CONSOLE__\($0)", $1) })
            let outcome = try await scene.deskpipe(["console"], environment: environment)
            #expect(outcome.exit == .status(78) && outcome.errors.contains(problem), "\(outcome.errors)")
        }
    }
}

/// A person at the console, with a cookie.
struct Visit {
    struct Summary: Decodable {
        struct Connection: Decodable {
            let standing: String
        }

        struct Extraction: Decodable {
            let last_run: Run?
        }

        struct Run: Decodable {
            let run: String
        }

        struct Loading: Decodable {
            let rows_to_load: Int
        }

        let connection: Connection
        let extraction: Extraction
        let loading: Loading
    }

    private let origin: String
    private let session = URLSession(configuration: .ephemeral)

    init(port: Int) {
        origin = "http://127.0.0.1:\(port)"
    }

    func summary() async throws -> Summary {
        let answer = try await get("/api/v1/connections/acme/support")
        return try JSONDecoder().decode(Summary.self, from: Data(answer.text.utf8))
    }

    /// - Parameter host: whom the request names; nil: the one that it is sent to.
    func get(_ path: String, host: String? = nil) async throws -> (status: Int, text: String) {
        var request = URLRequest(url: try #require(URL(string: origin + path)))
        request.setValue(host, forHTTPHeaderField: "Host")
        return try await send(request)
    }

    /// Sends a form of a page, the connection's unless another is named; follows where it leads.
    @discardableResult
    func post(
        _ path: String,
        _ fields: [String: String],
        of form: String = "/c/acme/support"
    ) async throws -> (status: Int, text: String) {
        let page = try await get(form).text
        let token = try #require(page.firstMatch(of: #/name="form_token" value="([^"]+)"/#)?.output.1)
        var request = URLRequest(url: try #require(URL(string: origin + path)))
        request.httpMethod = "POST"
        request.setValue(origin, forHTTPHeaderField: "Origin")
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        let all = fields.merging(["form_token": String(token)]) { first, _ in first }
        request.httpBody = Data(all.map { "\($0)=\($1)" }.joined(separator: "&").utf8)
        let answer = try await send(request)
        try #require(answer.status == 200, "\(answer.text)")
        return answer
    }

    private func send(_ request: URLRequest) async throws -> (status: Int, text: String) {
        let (body, response) = try await session.data(for: request)
        let status = try #require(response as? HTTPURLResponse).statusCode
        return (status, String(decoding: body, as: UTF8.self))
    }
}
