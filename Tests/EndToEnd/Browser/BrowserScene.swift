import Foundation
import TestSupport
import Testing
import ZendeskSimulator

/// A running `deskpipe run` with its console, a simulated account, and Chromium in front of it.
struct BrowserScene: Sendable {
    /// Where the pictures of the pages are kept.
    static let screenshots = repository.appending(path: ".build/screenshots").path

    /// True where Chromium, and what drives it, are installed.
    static let isPossible =
        FileManager.default.isExecutableFile(atPath: chromium) && hasModule("playwright")
        && hasModule("axe_playwright_python")
    static let missing: Comment =
        "Debian's chromium, and python3's playwright and axe_playwright_python, are needed: skipped"

    let simulator: Simulator
    let workspace: Workspace
    let port: Int

    var console: String { "http://127.0.0.1:\(port)" }

    /// Starts the process that is looked at.
    func start() throws -> Program {
        try Program(
            Executable.deskpipe.path,
            ["run", "-c", workspace.configuration.path],
            environment: Scene.environment,
            in: workspace.directory
        )
    }

    /// Plays one of the scenes of Tests/Browser.
    /// - Returns: what pages did that they should not, one a line; nothing where all is well.
    func play(_ scene: String) async throws -> String {
        let script = Self.repository.appending(path: "Tests/Browser/run.py").path
        let program = try Program(
            "/usr/bin/env",
            [
                "python3", script, scene, "--console", console, "--simulator", simulator.url, "--screenshots",
                Self.screenshots,
            ],
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 },
            in: workspace.directory
        )
        let outcome = try await program.outcome(within: .seconds(600))
        let problems = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return outcome.exit == .status(0) ? problems : problems.isEmpty ? outcome.errors : problems
    }

    private static let chromium =
        ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHROMIUM"] ?? "/usr/bin/chromium"

    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func hasModule(_ name: String) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import \(name)"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

/// Plays in a browser, against a process of its own that knows no connection yet.
func withBrowserScene(play: (BrowserScene) async throws -> Void) async throws {
    try await SceneGate.shared.withPlace { try await playInBrowser(play) }
}

private func playInBrowser(_ play: (BrowserScene) async throws -> Void) async throws {
    let account = SimulatorConfiguration(world: WorldSettings(tickets: 120), limits: .none)
    let workspace = try Workspace()
    try await withSimulator(account) { simulator in
        let port = try LocalSocket.freePort()
        let settings = """
            transport: embedded:./data/log.sqlite
            destination: sqlite:./data/warehouse
            batch: { age: 1s }
            health: { listen: none }
            console: { listen: 127.0.0.1:\(port), secrets: ./data/secrets }
            defaults: { endpoint: \(simulator.url) }

            """
        try Data(settings.utf8).write(to: workspace.configuration)
        let scene = BrowserScene(simulator: simulator, workspace: workspace, port: port)
        let running = try scene.start()
        do {
            let isThere = try await eventually { running.errors.contains("console: http://") || running.hasEnded }
            try #require(isThere && !running.hasEnded, "\(running.errors)")
            try await play(scene)
        } catch {
            running.send(SIGKILL)
            throw error
        }
        running.send(SIGTERM)
        let outcome = try await running.outcome()
        #expect(outcome.exit == .status(143), "\(outcome.errors)")
    }
}
