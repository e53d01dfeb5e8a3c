import Foundation
import Model
import Testing

/// The command line and the console's API say the same, out of the same topics.
@Suite("The same facts on the command line and in the API")
struct SameFactsTests {
    /// What differs between two moments by itself.
    private static let moving: Set = ["age_seconds"]

    @Test("-o json of status, usage, alerts, reports, rejects and logs is the API's JSON")
    func same() async throws {
        let port = try freePort()
        try await withScene(Setting(log: .embedded, store: .sqlite), SceneOptions(tickets: 20)) { scene in
            var scene = scene
            scene.settings.more = "console: { listen: 127.0.0.1:\(port), row_limit: 1000000 }\nhealth: { listen: none }"
            try scene.workspace.write(scene.settings)
            let running = try scene.start("run")
            let api = API(port: port)
            let isLoaded = try await eventually {
                // It does not listen at once.
                guard let fleet = try? await api.get("connections") as? [String: Any] else { return false }
                let row = (fleet["connections"] as? [[String: Any]])?.first
                return row?["standing"] as? String == "caught_up" && row?["rows_to_load"] as? Int == 0
            }
            try #require(isLoaded, "\(running.errors)")
            let connection = "connections/acme/support"
            try await expectSame(api, "connections", key: "connections", scene, ["status"])
            try await expectSame(api, "usage", scene, ["usage"])
            try await expectSame(api, "alerts", scene, ["alerts"])
            try await expectSame(api, "\(connection)/loads", isListed: true, scene, ["reports", "tables"])
            try await expectSame(api, "\(connection)/extractions", isListed: true, scene, ["reports", "runs"])
            try await expectSame(api, "\(connection)/rejected", isListed: true, scene, ["rejects", "reported"])
            let run = try #require(try await scene.extractionReports().first?.run)
            let lines = try #require(try await api.get("\(connection)/runs/\(run)/log") as? [Any])
            let logged = try await scene.deskpipe("logs", "-o", "json").output.split(separator: "\n")
            let parsed = try logged.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) }
            #expect(parsed as NSArray == lines as NSArray && lines.count > 3)
            running.send(SIGTERM)
            try await running.outcome()
        }
    }

    private func expectSame(
        _ api: API,
        _ path: String,
        key: String? = nil,
        isListed: Bool = false,
        _ scene: Scene,
        _ command: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var answered = try await api.get(path)
        if let key { answered = try #require((answered as? [String: Any])?[key]) }
        let outcome = try await scene.deskpipe(command + ["-o", "json"])
        try #require(outcome.exit == .status(0), "\(outcome.errors)", sourceLocation: sourceLocation)
        let printed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let expected = isListed ? [answered] : answered
        let (one, other) = (Self.still(printed), Self.still(expected))
        #expect(one as? NSObject == other as? NSObject, "\(command): \(one)\n\(other)", sourceLocation: sourceLocation)
    }

    /// Without what the time alone changes: ages, and when a view was made.
    private static func still(_ value: Any) -> Any {
        switch value {
        case let list as [Any]: return list.map(still)
        case let object as [String: Any]:
            let isView = object["at"] != nil && object["table"] == nil
            return object.filter { !moving.contains($0.key) && !(isView && $0.key == "at") }.mapValues(still)
        default: return value
        }
    }

    private struct Refusal: Error {
        var text: String
    }

    private struct API {
        let port: Int

        func get(_ path: String) async throws -> Any {
            let page = try await Admin.open("http://127.0.0.1:\(port)/api/v1/\(path)")
            guard page.status == 200 else { throw Refusal(text: "\(path): \(page.status) \(page.text)") }
            return try JSONSerialization.jsonObject(with: Data(page.text.utf8))
        }
    }
}
