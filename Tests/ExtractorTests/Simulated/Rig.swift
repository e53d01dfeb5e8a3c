import Catalog
import Extractor
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// A simulator, an embedded log and what a run needs, for one test.
struct Rig: Sendable {
    static let streams: [StreamName] = ["tickets", "ticket_metrics", "users", "organizations", "groups"]

    let simulator: Simulator
    let clock: LeapingClock
    private(set) var transport: EmbeddedTransport
    var environment: ExtractorEnvironment
    var definition: ConnectionDefinition

    func run(
        _ trigger: ExtractionReport.Trigger = .once,
        laneLimit: LaneLimit = LaneLimit(),
        runLimit: Duration? = nil,
        spent: Duration = .zero,
        stop: StopSignal = StopSignal(),
        observer: @escaping @Sendable (RunProgress) -> Void = { _ in }
    ) async -> RunOutcome {
        let run = ConnectionRun(
            definition,
            environment: environment,
            trigger: trigger,
            laneLimit: laneLimit,
            runLimit: runLimit,
            spent: spent,
            observer: observer
        )
        return await run.run(stop: stop)
    }

    /// All messages of a topic, in their order.
    func messages(_ topic: String) async throws -> [Delivery] {
        let reader = try await transport.reader(of: topic, partitions: nil, from: [:])
        var all: [Delivery] = []
        while let next = try await reader.next(atMost: 1000) { all += next }
        await reader.close()
        return all
    }

    func events(_ stream: StreamName) async throws -> [RecordEvent] {
        try await messages(deskpipe.records(definition.source, stream)).map { delivery in
            try RecordEvent(decoding: try #require(delivery.value))
        }
    }

    /// The newest version of each record that was published, by key.
    func published(_ stream: StreamName) async throws -> [String: SentRecord] {
        var newest: [String: SentRecord] = [:]
        for event in try await events(stream) where event.envelope.type == .upsert {
            newest[try #require(event.envelope.subject)] = try SentRecord(Data(event.data))
        }
        return newest
    }

    /// The simulator's records as they should have arrived, by key.
    /// - Parameter listing: the simulator's name for them; the stream's own unless given.
    func truth(_ stream: StreamName, listing: String? = nil) async throws -> [String: SentRecord] {
        let definition = try #require(Catalog.stream(stream, of: definition.source))
        var records: [String: SentRecord] = [:]
        let lines = try #require(await simulator.truth(listing ?? stream.rawValue))
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let record = try SentRecord(line)
            let key = try definition.schema.key.map { "\(try #require(record[$0]))" }
            records[MessageKey.recordKey(key)] = record
        }
        return records
    }

    func bookmark(_ stream: StreamName) async throws -> Bookmark? {
        try await BookmarkStore(transport, deskpipe).saved(for: acme).bookmarks[stream]
    }

    /// The log lines of all runs.
    func lines() async throws -> [LogLine] {
        try await messages(deskpipe.extractionLogs).map {
            try JSONDecoder().decode(LogLine.self, from: Data($0.value ?? []))
        }
    }

    func expectTruth(_ streams: [StreamName] = Rig.streams) async throws {
        for stream in streams {
            let published = try await published(stream)
            let truth = try await truth(stream)
            #expect(published.count == truth.count, "\(stream)")
            let differing = truth.filter { published[$0.key] != $0.value }.keys.sorted()
            #expect(differing.isEmpty, "\(stream)")
            let sequences = try await events(stream).map(\.envelope.sequence)
            #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 }, "\(stream)")
        }
    }

    /// The same account and connection with a log of their own, which is empty: as before the first run.
    func withEmptyLog(perform body: (Rig) async throws -> Void) async throws {
        try await withLog { log in
            var rig = self
            rig.transport = log
            rig.environment.transport = log
            rig.environment.reports = try await log.producer(.idempotent)
            try await body(rig)
        }
    }
}

/// Runs a test against a simulator of its own, with a log of its own.
func withRig(
    tickets: Int = 60,
    sizes: [SimulatedStream: Int] = [:],
    policy: RetryPolicy = RetryPolicy(),
    auth: Authentication? = nil,
    configure: (inout SimulatorConfiguration) -> Void = { _ in },
    perform body: (inout Rig) async throws -> Void
) async throws {
    let clock = LeapingClock(SystemClock())
    var configuration = SimulatorConfiguration(
        world: WorldSettings(seed: 7, tickets: tickets, sizes: sizes),
        limits: .none,
        clock: clock
    )
    configure(&configuration)
    let connections = HTTPConnections()
    let secrets = SecretResolver(environment: [
        "ID": configuration.credentials.clientID, "SECRET": configuration.credentials.clientSecret.value,
        "TOKEN": configuration.credentials.token.value, "API_TOKEN": configuration.credentials.apiToken.value,
        "WRONG": "wrong-secret-canary",
        "KEY": Data(repeating: 1, count: 32).base64EncodedString(),
        "OTHER_KEY": Data(repeating: 2, count: 32).base64EncodedString(),
        "CHAT_ID": configuration.credentials.oauth.chatClientID,
        "CHAT_SECRET": configuration.credentials.oauth.chatClientSecret.value,
        "CHAT_TOKEN": configuration.credentials.oauth.chatToken.value,
    ])
    try await withLog { transport in
        let environment = ExtractorEnvironment(
            access: ZendeskAccess(
                connections: connections,
                secrets: secrets,
                userAgent: "deskpipe/test",
                clock: clock,
                policy: policy
            ),
            transport: transport,
            namespace: deskpipe,
            reports: try await transport.producer(.idempotent),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            largestPage: 50
        )
        do {
            try await withSimulator(configuration) { simulator in
                var rig = Rig(
                    simulator: simulator,
                    clock: clock,
                    transport: transport,
                    environment: environment,
                    definition: try connection(endpoint: simulator.url, auth: auth ?? .simulated)
                )
                rig.definition.streams = StreamSelection(include: Rig.streams.map(\.rawValue))
                try await body(&rig)
            }
        } catch {
            await connections.close()
            throw error
        }
        await connections.close()
    }
}

/// Runs a test with a log that has every topic, and no message.
private func withLog(perform body: (EmbeddedTransport) async throws -> Void) async throws {
    let directory = try TemporaryDirectory()
    let transport = try EmbeddedTransport(path: directory.path("log.sqlite"))
    do {
        try await transport.prepare(
            deskpipe.serviceTopics + Catalog.streams.map { deskpipe.recordTopic($0.source, $0.name) }
        )
        try await body(transport)
    } catch {
        await transport.close()
        throw error
    }
    await transport.close()
}

extension Authentication {
    static let simulated = Authentication.oauthClientCredentials(
        clientID: .environment("ID"),
        clientSecret: .environment("SECRET")
    )
}
