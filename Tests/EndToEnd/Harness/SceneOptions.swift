import Foundation
import Messaging
import Model
import TestSupport
import Testing
import ZendeskSimulator

/// What a scenario wants otherwise than usual.
struct SceneOptions: Sendable {
    var tickets = 400
    /// How far the account's clock is behind ours; it must not get before it.
    var behind = Duration.seconds(86_400)
    /// Of each topic, on Kafka.
    var partitions = Broker.partitions
    var credentials = Credentials()
    /// `batch.rows` and `batch.bytes`.
    var rows = 20_000
    var bytes = "16MiB"
    /// `auth`, where it is not the client of the credentials.
    var auth: String?
    /// Another address than the simulator's.
    var endpoint: String?
    /// Another destination than the setting's.
    var destination: String?
    /// `streams.include`, and what the tables are compared for.
    var streams = SettingsFile.basicStreams
    /// The same of a connection to the account's Chat; nil: there is none.
    var chatStreams: [String]?
    /// What the simulated account has otherwise than usual.
    var configure: @Sendable (inout SimulatorConfiguration) -> Void = { _ in }
}

/// Plays a scenario with everything made for it and taken away again.
func withScene(
    _ setting: Setting,
    _ options: SceneOptions = SceneOptions(),
    play: (Scene) async throws -> Void
) async throws {
    try await SceneGate.shared.withPlace { try await playScene(setting, options, play) }
}

private func playScene(
    _ setting: Setting,
    _ options: SceneOptions,
    _ play: (Scene) async throws -> Void
) async throws {
    let clock = ShiftedClock(behind: options.behind)
    var account = SimulatorConfiguration(
        world: WorldSettings(tickets: options.tickets),
        credentials: options.credentials,
        limits: .none,
        clock: clock
    )
    // For `deskpipe check` a clock that differs by a day is a finding.
    account.datesByItsClock = false
    options.configure(&account)
    let name = "e2e-" + UUID().uuidString.lowercased().prefix(13)
    let namespace = try #require(Namespace(rawValue: name))
    let workspace = try Workspace()
    let schema = name.replacing("-", with: "_")
    let database = try testDatabase(setting, schema, in: workspace)
    let chatDatabase = try testDatabase(setting, "\(schema)_chat", in: workspace)
    let needsMock = setting.log == .kafka && Setting.kafkaServers == nil
    let broker = needsMock ? try await Broker(namespace, partitions: options.partitions, in: workspace.directory) : nil
    defer { broker?.stop() }
    let servers = broker?.servers ?? Setting.kafkaServers ?? ""
    try await withSimulator(account) { simulator in
        var settings = SettingsFile(
            namespace: name,
            transport: setting.log == .kafka ? "kafka://\(servers)" : "embedded:\(workspace.path("log.sqlite"))",
            destination: options.destination ?? database.url,
            schema: schema,
            endpoint: options.endpoint ?? simulator.url
        )
        settings.partitions = options.partitions
        settings.rows = options.rows
        settings.bytes = options.bytes
        settings.streams = options.streams
        settings.chatStreams = options.chatStreams
        if let auth = options.auth { settings.auth = auth }
        try workspace.write(settings)
        let scene = Scene(
            setting: setting,
            simulator: simulator,
            clock: clock,
            workspace: workspace,
            namespace: namespace,
            database: database,
            broker: broker,
            truth: Truth(simulator, streams: try OracleStream.selected(by: options.streams)),
            chat: try options.chatStreams.map { include in
                let streams = try OracleStream.selected(by: include, of: .chat)
                return Scene.Chat(database: chatDatabase, truth: Truth(simulator, streams: streams, prefix: "chat/"))
            },
            settings: settings
        )
        do {
            try await play(scene)
        } catch {
            // The scenario's own error is the one to tell.
            try? database.remove()
            try? chatDatabase.remove()
            await deleteTopics(of: namespace, setting)
            throw error
        }
        await deleteTopics(of: namespace, setting)
        try database.remove()
        try chatDatabase.remove()
    }
}

/// A real Kafka is others' too.
private func deleteTopics(of namespace: Namespace, _ setting: Setting) async {
    guard setting.log == .kafka, let servers = Setting.kafkaServers else { return }
    await KafkaTopics.delete(prefix: "\(namespace).", servers: servers.split(separator: ",").map(String.init))
}

private func testDatabase(_ setting: Setting, _ schema: String, in workspace: Workspace) throws -> TestDatabase {
    switch setting.store {
    case .sqlite:
        TestDatabase(
            place: .file(workspace.directory.appending(path: "warehouse/\(schema).sqlite")),
            schema: schema
        )
    case .postgresql:
        TestDatabase(place: .server(url: try #require(Setting.postgresURL)), schema: schema)
    case .files:
        TestDatabase(place: .directory(workspace.directory.appending(path: "out/\(schema)")), schema: schema)
    }
}
