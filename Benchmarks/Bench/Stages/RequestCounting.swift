import Foundation
import Model

/// Requests of whole reads of an account of 1,000 tickets and 1,000 chats, beside those of other connectors.
///
/// Counted, not timed: it prints a table of its own.
enum RequestCounting {
    private static let size = 1000
    /// For tickets, metrics and comments.
    private static let bound = 12

    private struct Line {
        var name: String
        var ours: Int
        /// Of the run after it, for which nothing has changed.
        var again: Int
        var peers: PeerRequests?
    }

    /// What one connection asked for: its first run's report, and the second's.
    private struct Runs {
        var first: ExtractionReport
        var second: ExtractionReport

        func line(_ name: String, _ streams: StreamName..., beside peers: PeerRequests? = nil) -> Line {
            let sum = { (report: ExtractionReport) in
                report.streams.filter { streams.contains($0.stream) }.reduce(0) { $0 + $1.requests }
            }
            return Line(name: name, ours: sum(first), again: sum(second), peers: peers)
        }
    }

    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        guard let program = workload.options.deskpipe, let simulator = workload.options.simulatorProgram else {
            return []
        }
        let directory = workload.path("requests")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let account = try await BackgroundProcess(
            [
                simulator, "--port", "0", "--port-file", "\(directory)/port", "--tickets", "\(size)", "--hold-back",
                "0", "--audits-per-ticket", "10", "--metric-page", "1000", "--size", "chat/chats=\(size)",
            ] + ["requests", "exports", "users", "audits", "chat"].flatMap { ["--\($0)-per-minute", "1000000"] },
            portFile: "\(directory)/port"
        )
        defer { account.stop() }
        let configuration = "\(directory)/deskpipe.yaml"
        try text(port: account.port, log: "\(directory)/log.sqlite").write(
            toFile: configuration,
            atomically: true,
            encoding: .utf8
        )
        @discardableResult
        func command(_ arguments: [String]) throws -> Data {
            try CommandRun.run([program] + arguments + ["--config", configuration], environment: tokens)
        }
        try command(["apply"])
        for _ in 0..<2 { try command(["extractor", "--once", "--lane-time", "all"]) }
        let output = try command(["reports", "extraction", "--limit", "100", "--output", "json"])
        let reports = try JSONDecoder().decode([ExtractionReport].self, from: output)
        let lines = try lines(reports)
        FileHandle.standardOutput.write(Data((table(lines).joined(separator: "\n") + "\n\n").utf8))
        try FileManager.default.removeItem(atPath: directory)
        return []
    }

    /// - Throws: where more is asked for than may be.
    private static func lines(_ reports: [ExtractionReport]) throws -> [Line] {
        let (feed, exact, chat) = (try runs("feed", reports), try runs("exact", reports), try runs("chat", reports))
        let tickets = feed.line("tickets", "tickets", beside: .tickets)
        let metrics = feed.line("ticket_metrics", "ticket_metrics", beside: .metrics)
        let comments = feed.line("ticket_comments", "ticket_events", "ticket_comments", beside: .comments)
        let fast = feed.line("ticket_audits, fast: the comments' pages", "ticket_audits", beside: .audits)
        let metricEvents = feed.line("ticket_metric_events", "ticket_metric_events", beside: .metricEvents)
        let chats = chat.line("chats", "chats", beside: .chats)
        let asked = tickets.ours + metrics.ours + comments.ours
        guard asked <= bound else { throw BenchError("\(size) tickets took \(asked) requests, more than \(bound)") }
        guard chats.ours <= 2 else { throw BenchError("\(size) chats took \(chats.ours) requests") }
        let users = feed.line("users, and their fields", "users")
        let organizations = feed.line("organizations, and their fields", "organizations")
        let incremental = [tickets, comments, metricEvents, users, organizations, chats]
        guard incremental.allSatisfy({ $0.again == 1 }) else {
            throw BenchError("an incremental stream with nothing new took more than one request")
        }
        return [
            tickets, metrics, comments, fast, metricEvents,
            Line(
                name: "all of these",
                ours: asked + fast.ours + metricEvents.ours,
                again: tickets.again + metrics.again + comments.again + fast.again + metricEvents.again,
                peers: .tickets + .metrics + .comments + .audits + .metricEvents
            ),
            exact.line("ticket_audits, exact", "ticket_audits", beside: .audits), users, organizations, chats,
        ]
    }

    private static func runs(_ connection: String, _ reports: [ExtractionReport]) throws -> Runs {
        let own = reports.filter { $0.connection.rawValue == connection }
        guard own.count == 2, own.allSatisfy({ $0.status == .succeeded }) else {
            throw BenchError("the runs of \(connection) did not succeed: \(own.map(\.status.rawValue))")
        }
        return Runs(first: own[0], second: own[1])
    }

    private static func table(_ lines: [Line]) -> [String] {
        let heads = ["requests for \(size) tickets, \(size) chats", "first run", "nothing new"] + PeerRequests.heads
        let rows = lines.map { line in
            [line.name, "\(line.ours)", "\(line.again)"]
                + (line.peers?.cells ?? PeerRequests.heads.map { _ in "" })
        }
        return ResultTable.lines([heads] + rows, texts: [0])
    }

    private static let tokens = [
        SimulatorAccount.tokenVariable: SimulatorAccount.token, "BENCH_CHAT_TOKEN": "simulator-chat-token",
    ]

    private static func text(port: Int, log: String) -> String {
        let support = [
            "tickets", "ticket_metrics", "ticket_comments", "ticket_audits", "ticket_metric_events", "users",
            "organizations",
        ].joined(separator: ", ")
        let connections = [
            ("feed", "zendesk-support", SimulatorAccount.tokenVariable, support, "audits: fast"),
            ("exact", "zendesk-support", SimulatorAccount.tokenVariable, "ticket_audits", "audits: exact"),
            ("chat", "zendesk-chat", "BENCH_CHAT_TOKEN", "chats", ""),
        ]
        let entries = connections.map { id, source, token, streams, more in
            """
              - tenant: bench
                id: \(id)
                name: \(id)
                source: \(source)
                subdomain: bench
                endpoint: http://127.0.0.1:\(port)
                auth: { type: oauth_token, token: env:\(token) }
                streams: { include: [\(streams)] }
                \(more)
            """
        }
        return "transport: embedded:\(log)\nconnections:\n" + entries.joined(separator: "\n") + "\n"
    }
}
