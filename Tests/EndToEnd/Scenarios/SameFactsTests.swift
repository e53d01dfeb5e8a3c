import Foundation
import Model
import TestSupport
import Testing

/// The command line and the console's API say the same, out of the same topics.
@Suite("The same facts on the command line and in the API")
struct SameFactsTests {
    /// A command, and where the API has what it prints.
    private struct Pair {
        var command: [String]
        var path: String

        init(_ command: String, _ path: String) {
            self.command = command.split(separator: " ").map(String.init)
            self.path = path
        }
    }

    /// With each, what is filtered away as well.
    private static func pairs(run: String) -> [Pair] {
        [
            Pair("status", "status"), Pair("status --connection chat", "status?connection=chat"),
            Pair("status --tenant nobody", "status?tenant=nobody"), Pair("usage", "usage"),
            Pair("usage --connection support", "usage?connection=support"), Pair("alerts", "alerts"),
            Pair("alerts --tenant acme --connection chat", "alerts?tenant=acme&connection=chat"),
            Pair("reports tables", "reports/tables"), Pair("reports runs", "reports/runs"),
            Pair("reports runs --day 2020-01-01", "reports/runs?day=2020-01-01"),
            Pair("reports", "reports/loading"), Pair("reports loading --limit 3", "reports/loading?limit=3"),
            Pair("reports --table tickets --tenant acme", "reports/loading?table=tickets&tenant=acme"),
            Pair("reports extraction", "reports/extraction"),
            Pair("reports extraction --connection chat", "reports/extraction?connection=chat"),
            Pair("rejects reported", "rejects/reported"), Pair("logs", "logs"),
            Pair("logs --level warning", "logs?level=warning"),
            Pair("logs --stream tickets --connection support", "logs?stream=tickets&connection=support"),
            Pair("logs --run \(run)", "logs?run=\(run)"), Pair("logs --tenant nobody", "logs?tenant=nobody"),
        ]
    }

    @Test("-o json of status, usage, alerts, reports, rejects and logs is the API's JSON, to the byte")
    func same() async throws {
        let port = try LocalSocket.freePort()
        let options = SceneOptions(tickets: 20, chatStreams: ["agents", "departments"])
        try await withScene(Setting(log: .embedded, store: .sqlite), options) { scene in
            var scene = scene
            // A row limit that is passed at once has an alert open.
            scene.settings.more = "console: { listen: 127.0.0.1:\(port), row_limit: 10 }\nhealth: { listen: none }"
            try scene.workspace.write(scene.settings)
            let running = try scene.start("run")
            let api = API(port: port)
            let isLoaded = try await eventually {
                // It does not listen at once.
                let rows = (try? await api.object("connections"))?["connections"] as? [[String: Any]]
                let open = (try? await api.object("alerts"))?["open"] as? [Any]
                return rows?.count == 2 && open?.count == 1
                    && rows?.allSatisfy {
                        $0["standing"] as? String == "caught_up" && $0["rows_to_load"] as? Int == 0
                    } == true
            }
            try #require(isLoaded, "\(running.errors)")
            let run = try #require(
                try await scene.extractionReports().first { $0.connection.rawValue == "support" }?.run.rawValue
            )
            for pair in Self.pairs(run: run) {
                let outcome = try await scene.deskpipe(pair.command + ["-o", "json"])
                #expect(outcome.exit == .status(0), "\(pair.command): \(outcome.errors)")
                let answer = Self.still(try await api.text(pair.path))
                #expect(Self.still(outcome.output) == answer, "\(pair.command)")
            }
            try await expectWhole(api, run)
            running.send(SIGTERM)
            try await running.outcome()
        }
    }

    /// What is compared is there at all, and is what the API has of each connection.
    private func expectWhole(_ api: API, _ run: String) async throws {
        let connections = try await api.object("connections")["connections"] as? [Any]
        let status = try await api.list("status")
        #expect(status.count == 2 && Self.ageless(list: status) == connections.map(Self.ageless(list:)))
        let connection = "connections/acme/support"
        let lists = [("reports/tables", "loads"), ("reports/runs", "extractions"), ("rejects/reported", "rejected")]
        for (path, name) in lists {
            let one = try await api.object("\(connection)/\(name)")
            let all = try await api.list(path)
            #expect(all.count == 2 && Self.timeless(all[1]) == Self.timeless(one), "\(path)")
        }
        #expect(try await api.list("reports/loading").count > 6)
        #expect(try await api.list("reports/loading?limit=3").count == 3)
        #expect(try await api.list("reports/extraction").count == 2)
        let lines = try await api.text("logs?run=\(run)").split(separator: "\n")
        let log = try await api.list("\(connection)/runs/\(run)/log")
        #expect(lines.count > 3 && lines.count == log.count)
        for wrong in ["status?connection=A!", "logs?level=loud", "reports/loading?limit=0", "reports/runs?day=soon"] {
            #expect(try await api.answer(wrong).status == 404, "\(wrong)")
        }
    }

    /// Without what the time alone changes: ages, and when a view was made.
    private static func still(_ text: String) -> String {
        text.replacing(#/"age_seconds" : \d+/#, with: "").replacing(#/\n {0,4}"at" : "[^"]*"/#, with: "")
    }

    /// Without the ages, which are a second more at the next request.
    private static func ageless(list: [Any]) -> NSArray { list.map(ageless) as NSArray }

    private static func ageless(_ value: Any) -> Any {
        switch value {
        case let object as [String: Any]: object.filter { $0.key != "age_seconds" }.mapValues(ageless)
        case let list as [Any]: list.map(ageless)
        default: value
        }
    }

    private static func timeless(_ view: Any) -> NSDictionary? {
        (view as? [String: Any])?.filter { $0.key != "at" } as NSDictionary?
    }

    private struct Refusal: Error {
        var text: String
    }

    private struct API {
        let port: Int

        func answer(_ path: String) async throws -> (status: Int, text: String) {
            let page = try await Admin.open("http://127.0.0.1:\(port)/api/v1/\(path)")
            return (page.status, page.text)
        }

        func text(_ path: String) async throws -> String {
            let (status, text) = try await answer(path)
            guard status == 200 else { throw Refusal(text: "\(path): \(status) \(text)") }
            return text
        }

        func object(_ path: String) async throws -> [String: Any] {
            let text = try await text(path)
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }

        func list(_ path: String) async throws -> [Any] {
            let text = try await text(path)
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any])
        }
    }
}
