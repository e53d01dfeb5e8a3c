import Foundation
import TestSupport
import Testing
import ZendeskSimulator

/// A person who has installed Deskpipe and types `deskpipe run`.
@Suite("A first visit, without a configuration file")
struct FirstVisitTests {
    private static let form = [
        "subdomain": "acme", "name": "Zendesk", "tenant": "acme", "connection": "support",
        "auth": "oauth_client_credentials", "oauth_client_credentials.client_id": "simulator-client",
        "oauth_client_credentials.client_secret": "simulator-secret", "start_date": "2020-01-01",
        "frequency": "interval", "interval.every": "30m", "stream": "tickets",
    ]

    @Test("it begins with nothing, says where to set up a connection, and has it after a restart")
    func begins() async throws {
        try await SceneGate.shared.withPlace { try await Self.begin() }
    }

    private static func begin() async throws {
        let account = SimulatorConfiguration(world: WorldSettings(tickets: 20), limits: .none)
        let workspace = try Workspace()
        try await withSimulator(account) { simulator in
            let port = try LocalSocket.freePort()
            let environment = [
                "PATH": "/usr/bin:/bin", "DESKPIPE_CONSOLE__LISTEN": "127.0.0.1:\(port)",
                "DESKPIPE_HEALTH__LISTEN": "none", "DESKPIPE_DEFAULTS__ENDPOINT": simulator.url,
                "DESKPIPE_BATCH__AGE": "1s",
            ]
            let deskpipe = { (arguments: [String]) in
                try Program(Executable.deskpipe.path, arguments, environment: environment, in: workspace.directory)
            }
            let early = try await deskpipe(["status"]).outcome()
            #expect(early.exit == .status(78) && early.errors.contains("there is no deskpipe.yaml"))
            let visit = Visit(port: port)
            var lastRun: String?
            for start in 1...2 {
                let running = try deskpipe(["run"])
                let isUp = try await eventually {
                    let answer = try? await visit.get("/")
                    return running.hasEnded || answer?.status == 200
                }
                try #require(isUp && !running.hasEnded, "\(running.errors)")
                let told = running.errors.split(separator: "\n").filter { $0.contains("console: ") }
                let place = "http://127.0.0.1:\(port)/ (there is no deskpipe.yaml: open it to set up"
                #expect(told.count == 1 && told[0].contains(place))
                if start == 1 {
                    #expect(try await visit.get("/").text.contains("Set up a connection"))
                    let path = "/setup/zendesk-support"
                    let answer = try await visit.post(path, Self.form, of: path)
                    #expect(answer.text.contains("Success!"), "\(answer.text)")
                } else {
                    #expect(try await deskpipe(["run-now"]).outcome().exit == .status(0))
                }
                let hasRun = try await eventually {
                    let summary = try? await visit.summary()
                    let run = summary?.extraction.last_run?.run
                    return running.hasEnded
                        || run != nil && run != lastRun && summary?.connection.standing == "caught_up"
                }
                #expect(hasRun && !running.hasEnded, "\(start): \(running.errors)")
                lastRun = try await visit.summary().extraction.last_run?.run
                // What pages and alerts name works for what was made in the console too.
                for command in [["check"], ["streams"], ["rejects"], ["reset", "--stream", "tickets"]] {
                    let outcome = try await deskpipe(command + ["--tenant", "acme", "--connection", "support"])
                        .outcome()
                    #expect(outcome.exit == .status(0), "\(command): \(outcome.errors)")
                }
                let status = try await deskpipe(["status"]).outcome()
                #expect(status.exit == .status(0) && status.output.contains("acme/support"), "\(status.errors)")
                running.send(SIGTERM)
                #expect(try await running.outcome().exit == .status(143))
            }
            // A single run reads what was set up there, too.
            let once = try await deskpipe(["run", "--once"]).outcome()
            #expect(once.exit == .status(0) && once.output.contains("tickets"), "\(once.errors)")
            for file in ["log.sqlite", "warehouse/zendesk.sqlite", "secrets/acme.support.client-secret"] {
                #expect(FileManager.default.fileExists(atPath: workspace.path("data/\(file)")), "\(file)")
            }
        }
    }

    @Test(
        "a file that is named must be there, and a single run needs one, or what was set up",
        arguments: [
            ["run", "-c", "missing.yaml"], ["run", "--config", "deskpipe.yaml"], ["run", "--once"],
        ]
    )
    func named(arguments: [String]) async throws {
        let workspace = try Workspace()
        let environment = ["PATH": "/usr/bin:/bin", "DESKPIPE_CONSOLE__LISTEN": "127.0.0.1:0"]
        let program = try Program(
            Executable.deskpipe.path,
            arguments,
            environment: environment,
            in: workspace.directory
        )
        let outcome = try await program.outcome()
        #expect(outcome.exit == .status(78) && outcome.errors.contains("there is no "), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("data")))
    }
}
