import Foundation
import Model

/// Requests of whole reads of an account of 1,000 tickets and 1,000 chats, beside those of other connectors.
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
        /// What the first run may take.
        var most: Int?

        var count: Count {
            let others = peers.map { zip(PeerRequests.heads, $0.cells).map { "\($0) \($1)" }.joined(separator: ", ") }
            return Count(
                line: "1,000 of each, requests: \(name)",
                unit: "requests",
                ours: Double(ours),
                reference: (peers?.minimum).map(Double.init),
                comparedWith: others.map { "what the API allows; \($0)" } ?? "-",
                most: most.map(Double.init),
                details: ["nothing_new": Double(again)]
            )
        }
    }

    /// What one connection asked for: its first run's report, and the second's.
    private struct Runs {
        var first: ExtractionReport
        var second: ExtractionReport

        func line(
            _ name: String,
            _ streams: StreamName...,
            beside peers: PeerRequests? = nil,
            most: Int? = nil
        ) -> Line {
            let sum = { (report: ExtractionReport) in
                report.streams.filter { streams.contains($0.stream) }.reduce(0) { $0 + $1.requests }
            }
            return Line(name: name, ours: sum(first), again: sum(second), peers: peers, most: most)
        }
    }

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
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
        try FileManager.default.removeItem(atPath: directory)
        return try lines(reports)
    }

    private static func lines(_ reports: [ExtractionReport]) throws -> [Count] {
        let (feed, exact, chat) = (try runs("feed", reports), try runs("exact", reports), try runs("chat", reports))
        let tickets = feed.line("tickets", "tickets", beside: .tickets)
        let metrics = feed.line("ticket_metrics", "ticket_metrics", beside: .metrics)
        let comments = feed.line("ticket_comments", "ticket_events", "ticket_comments", beside: .comments)
        let fast = feed.line("ticket_audits, fast: the comments' pages", "ticket_audits", beside: .audits)
        let metricEvents = feed.line("ticket_metric_events", "ticket_metric_events", beside: .metricEvents)
        let chats = chat.line("chats", "chats", beside: .chats, most: 2)
        let asked = tickets.ours + metrics.ours + comments.ours
        let users = feed.line("users, and their fields", "users")
        let organizations = feed.line("organizations, and their fields", "organizations")
        let incremental = [tickets, comments, metricEvents, users, organizations, chats]
        let again = Count(
            line: "nothing new, requests of an incremental stream, the most",
            unit: "requests",
            ours: Double(incremental.map(\.again).max() ?? 0),
            reference: 1,
            comparedWith: "what the API allows",
            most: 1
        )
        let lines = [
            tickets, metrics, comments,
            Line(
                name: "tickets, metrics and comments",
                ours: asked,
                again: tickets.again + metrics.again + comments.again,
                peers: .tickets + .metrics + .comments,
                most: bound
            ),
            fast, metricEvents,
            Line(
                name: "all of these",
                ours: asked + fast.ours + metricEvents.ours,
                again: tickets.again + metrics.again + comments.again + fast.again + metricEvents.again,
                peers: .tickets + .metrics + .comments + .audits + .metricEvents
            ),
            exact.line("ticket_audits, exact", "ticket_audits", beside: .audits), users, organizations, chats,
        ]
        return lines.map(\.count) + [again]
    }

    private static func runs(_ connection: String, _ reports: [ExtractionReport]) throws -> Runs {
        let own = reports.filter { $0.connection.rawValue == connection }
        guard own.count == 2, own.allSatisfy({ $0.status == .succeeded }) else {
            throw BenchError("the runs of \(connection) did not succeed: \(own.map(\.status.rawValue))")
        }
        return Runs(first: own[0], second: own[1])
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
