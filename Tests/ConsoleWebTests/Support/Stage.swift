import Console
import ConsoleWeb
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports

/// A console over an embedded log of its own, which a test fills.
final class Stage: Sendable {
    static let noon = Timestamp(seconds: 1_795_176_000)  // 2026-11-20T12:00:00Z

    let clock = ManualClock(at: Stage.noon)
    let namespace: Namespace
    let transport: EmbeddedTransport
    let feed: BoardFeed
    let directory: TemporaryDirectory
    private let producer: any MessageProducer

    init() async throws {
        directory = try TemporaryDirectory()
        namespace = try #require(Namespace(rawValue: "deskpipe"))
        let clock = clock
        transport = try EmbeddedTransport(
            path: directory.path("log.sqlite"),
            settings: EmbeddedSettings(partitions: 4, now: { clock.now() })
        )
        try await transport.prepare(namespace.serviceTopics)
        producer = try await transport.producer(.idempotent)
        feed = BoardFeed(
            transport: transport,
            namespace: namespace,
            settings: BoardSettings(rowLimit: 1000),
            clock: clock,
            logger: Self.silent
        )
    }

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func server(
        _ settings: ConsoleSettings? = nil,
        setup: SetupMode? = nil,
        filePlaces: [ConnectionKey: String] = [:]
    ) throws -> ConsoleServer {
        let loopback = try #require(ListenAddress(parsing: "127.0.0.1:0"))
        return try ConsoleServer(
            feed: feed,
            transport: transport,
            namespace: namespace,
            settings: settings ?? ConsoleSettings(listen: loopback),
            setup: setup ?? .cluster(secrets: "/run/secrets/deskpipe"),
            filePlaces: filePlaces,
            clock: clock,
            logger: Self.silent
        )
    }

    /// - Parameter text: the message's key where it is not the connection's.
    func publish(
        _ topic: String,
        _ key: ConnectionKey,
        _ value: some Encodable,
        key text: String? = nil
    ) async throws {
        let partition = Partitioner.partition(of: key.tenant, partitions: transport.partitions)
        let bytes = try WireJSON.bytes(of: value)[...]
        try await producer.publish([
            Message(topic: topic, partition: partition, key: text ?? key.description, value: bytes)
        ])
    }

    /// The newest definition of each connection.
    func definitions() async throws -> ConnectionRegistry { try await .read(from: transport, namespace) }

    /// All commands, in their order.
    func commands() async throws -> [Command] {
        var commands: [Command] = []
        try await transport.read(namespace.commands) { delivery in
            commands.append(try JSONDecoder().decode(Command.self, from: Data(delivery.value ?? [])))
        }
        return commands
    }
}

/// What connections, runs and loads of a test say.
enum Sample {
    static func definition(
        _ tenant: String = "acme",
        _ connection: String = "support",
        name: String = "Acme Zendesk",
        schema: String = "acme_zendesk",
        origin: ConnectionDefinition.Origin = .console
    ) throws -> ConnectionDefinition {
        ConnectionDefinition(
            tenant: try #require(TenantID(rawValue: tenant)),
            id: try #require(ConnectionID(rawValue: connection)),
            name: name,
            schema: try #require(SchemaName(rawValue: schema)),
            source: .support,
            subdomain: try #require(SitePrefix(rawValue: "acme")),
            auth: .oauthToken(token: .environment("TOKEN")),
            startDate: Timestamp(seconds: 1_763_596_800),
            streams: StreamSelection(include: ["tickets", "users"]),
            origin: origin
        )
    }

    static func run(
        of definition: ConnectionDefinition,
        at start: Timestamp,
        _ status: ExtractionReport.Status = .succeeded,
        records: Int = 3,
        reason: String? = nil
    ) -> ExtractionReport {
        var stream = StreamReport(stream: "tickets", status: status == .running ? .running : .caughtUp)
        stream.records = records
        stream.asOf = status == .running ? nil : start
        if let reason {
            stream.status = .failed
            stream.reason = reason
        }
        if status == .running {
            stream.progress = StreamProgress(fraction: 0.5, rate: 120, estimatedEnd: start + .seconds(120))
        }
        var users = StreamReport(stream: "users", status: status == .running ? .pending : .caughtUp)
        users.asOf = stream.asOf
        var report = ExtractionReport(
            run: RunID(at: start, randomness: (1, 2)),
            connection: definition,
            trigger: .schedule,
            status: status,
            startedAt: start,
            streams: [stream, users]
        )
        if status != .running { report.completedAt = start + .seconds(60) }
        return report
    }

    static func load(
        of definition: ConnectionDefinition,
        _ table: String = "tickets",
        at end: Timestamp,
        rows: Int = 3,
        error: String? = nil
    ) -> LoadingReport {
        var report = LoadingReport(
            id: "\(table)-\(end.microseconds)",
            connection: definition,
            stream: StreamName(rawValue: table),
            table: table,
            status: error == nil ? .succeeded : .failed,
            startedAt: end - .seconds(2),
            completedAt: end,
            batch: .init(topic: "t", partition: 0, firstOffset: 0, lastOffset: 2)
        )
        report.events = rows
        report.rowsLoaded = error == nil ? rows : 0
        report.rowsInserted = report.rowsLoaded
        report.subtables = error == nil ? [.init(table: "\(table)__tags", rowsLoaded: 2 * rows)] : []
        report.maxBookmark = .init(column: "updated_at", value: "2026-11-20T11:00:00Z")
        report.schemaChanges = ["create table \(table)"]
        report.error = error
        return report
    }

    static func line(
        of definition: ConnectionDefinition,
        _ run: RunID,
        _ level: LogLine.Level,
        _ message: String,
        facts: [String: String] = [:]
    ) -> LogLine {
        LogLine(
            time: Stage.noon,
            level: level,
            run: run,
            connection: definition.key,
            stream: "tickets",
            message: message,
            facts: facts
        )
    }
}

extension Stage {
    /// Has whoever sleeps wake at once, again and again, until cancelled.
    func keepTicking() async throws {
        while !Task.isCancelled {
            if clock.sleepers > 0 { clock.advance(by: .seconds(1)) }
            await Task.yield()
        }
    }
}
