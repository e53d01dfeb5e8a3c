import Foundation
import Messaging
import Model
import Testing
import ZendeskSimulator

/// All that a scenario plays on: a simulated account, a log, a database, and the programs under test.
struct Scene: Sendable {
    let setting: Setting
    let simulator: Simulator
    let clock: ShiftedClock
    let workspace: Workspace
    let namespace: Namespace
    let database: TestDatabase
    /// Nil on the embedded log and on a real Kafka.
    let broker: Broker?
    let truth: Truth
    /// Nil where the configuration has no connection to Chat.
    let chat: Chat?
    var settings: SettingsFile

    /// What a connection to Chat loads into, and what that should hold.
    struct Chat: Sendable {
        let database: TestDatabase
        let truth: Truth
    }

    /// What the programs are given; no other variable of ours reaches them.
    static let environment = [
        "PATH": "/usr/bin:/bin", "E2E_CLIENT": "simulator-client", "E2E_SECRET": "simulator-secret",
        "E2E_CHAT_TOKEN": "simulator-chat-token",
    ]

    /// Starts `deskpipe` with the scenario's configuration.
    func start(_ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil) throws -> Program {
        try Program(
            Executable.deskpipe.path,
            arguments + ["-c", workspace.configuration.path],
            environment: Self.environment.merging(environment) { $1 },
            in: workspace.directory,
            input: input
        )
    }

    func start(_ arguments: String...) throws -> Program { try start(arguments) }

    /// Runs `deskpipe` to its end.
    @discardableResult
    func deskpipe(
        _ arguments: [String],
        environment: [String: String] = [:],
        within limit: Duration = .seconds(180)
    ) async throws -> Program.Outcome {
        try await start(arguments, environment: environment).outcome(within: limit)
    }

    @discardableResult
    func deskpipe(_ arguments: String...) async throws -> Program.Outcome { try await deskpipe(arguments) }

    /// Makes the topics where somebody has to, as an operator does before all else.
    func makeTopics(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        guard setting.log == .kafka else { return }
        let outcome = try await deskpipe("topics", "apply")
        try #require(outcome.exit == .status(0), "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    /// Extracts and loads all there is: in one process on the embedded log, in two over Kafka.
    func runOnce(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        switch setting.log {
        case .embedded:
            let outcome = try await deskpipe("run", "--once")
            #expect(outcome.exit == .status(0), "\(outcome.errors)", sourceLocation: sourceLocation)
        case .kafka:
            for command in [["apply"], ["extractor", "--once"], ["loader", "--until-idle"]] {
                let outcome = try await deskpipe(command)
                #expect(outcome.exit == .status(0), "\(command): \(outcome.errors)", sourceLocation: sourceLocation)
            }
        }
    }

    /// Changes the account, and lets enough of its time pass for the exports to show it.
    @discardableResult
    func change(_ change: WorldChange) async throws -> WorldChange.Summary {
        let isLoss = change.deleted[.tickets] ?? 0 > 0 || change.redacted + change.madePrivate > 0
        if isLoss { try await truth.rememberTickets() }
        let summary = await simulator.change(change)
        clock.advance(by: .seconds(130))
        return summary
    }

    /// Changes the small tables of the account, Chat's among them, and lets some of its time pass.
    @discardableResult
    func change(_ change: ListChange) -> ListChange.Summary {
        let summary = simulator.change(change)
        clock.advance(by: .seconds(130))
        return summary
    }

    /// What the database holds.
    func tables() throws -> TableSet { try ActualTables.read(database, of: truth.streams) }

    /// What Chat's database holds.
    func chatTables() throws -> TableSet {
        try chat.map { try ActualTables.read($0.database, of: $0.truth.streams) } ?? TableSet()
    }

    /// How many loads the databases' own accounts have.
    func loads() throws -> Int { try database.loads() + (chat?.database.loads() ?? 0) }

    func expectTablesEqualTruth(
        _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var differences = try await truth.differences(from: try tables())
        if let chat { differences += try await chat.truth.differences(from: try chatTables()).map { "chat: \($0)" } }
        let shown = differences.joined(separator: "\n")
        #expect(differences.isEmpty, "\(comment.map { "\($0)\n" } ?? "")\(shown)", sourceLocation: sourceLocation)
    }

    /// `deskpipe reports loading`
    func loadingReports() async throws -> [LoadingReport] { try await reports("loading") }

    /// `deskpipe reports extraction`
    func extractionReports() async throws -> [ExtractionReport] { try await reports("extraction") }

    private func reports<Report: Decodable>(_ kind: String) async throws -> [Report] {
        let outcome = try await deskpipe("reports", kind, "-o", "json", "--limit", "1000000")
        try #require(outcome.exit == .status(0), "\(outcome.errors)")
        return try JSONDecoder().decode([Report].self, from: Data(outcome.output.utf8))
    }
}
