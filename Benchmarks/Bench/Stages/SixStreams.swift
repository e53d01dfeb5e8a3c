import Foundation
import LibPQ
import Model

/// `deskpipe run --once` of an account of 20,000 tickets with metrics, comments, metric events, users and
/// organizations, into each database: what a whole first read takes.
enum SixStreams {
    private static let tickets = 20_000
    private static let streams = [
        "tickets", "ticket_metrics", "ticket_comments", "ticket_metric_events", "users", "organizations",
    ]
    /// What a good pipeline in Python takes for the same records.
    private static let peer = (processorSeconds: 58.0, peakBytes: 675_000_000)
    /// The share of it that we should take of the processor, and may of memory.
    private static let most = (processor: 0.15, memory: 0.22)

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let program = workload.options.deskpipe, let simulator = workload.options.simulatorProgram else {
            return []
        }
        let directory = workload.path("six")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let account = try await BackgroundProcess(
            [
                simulator, "--port", "0", "--port-file", "\(directory)/port", "--tickets", "\(tickets)", "--hold-back",
                "0",
            ] + ["requests", "exports", "users"].flatMap { ["--\($0)-per-minute", "1000000"] },
            portFile: "\(directory)/port"
        )
        defer { account.stop() }
        var destinations = [("SQLite", "sqlite:\(directory)/warehouse")]
        if let url = workload.options.postgres { destinations.append(("PostgreSQL", url)) }
        var lines: [any TableLine] = []
        for (name, url) in destinations {
            let configuration = "\(directory)/\(name).yaml"
            try text(url, log: "\(directory)/\(name)-log.sqlite", port: account.port).write(
                toFile: configuration,
                atomically: true,
                encoding: .utf8
            )
            let environment = [SimulatorAccount.tokenVariable: SimulatorAccount.token]
            var runs: [WatchedProcess] = []
            for round in 0..<(workload.options.isQuick ? 1 : 3) {
                if round > 0 { try clear(name, workload, directory) }
                runs.append(
                    try await WatchedProcess.run(
                        [program, "run", "--once", "--config", configuration],
                        environment: environment
                    )
                )
            }
            let output = try CommandRun.run(
                [program, "reports", "extraction", "--limit", "1", "--output", "json", "--config", configuration],
                environment: environment
            )
            guard let report = try JSONDecoder().decode([ExtractionReport].self, from: output).first else {
                throw BenchError("the run into \(name) has no report")
            }
            try clear(name, workload, directory)
            lines += self.lines(name, report, runs)
        }
        try FileManager.default.removeItem(atPath: directory)
        return lines
    }

    /// The processor's aim is for us alone: into SQLite the database's work is in it.
    private static func lines(_ name: String, _ report: ExtractionReport, _ runs: [WatchedProcess]) -> [Count] {
        let records = Double(report.streams.reduce(0) { $0 + $1.records })
        let requests = Double(report.streams.reduce(0) { $0 + $1.requests })
        let seconds = runs.map(\.lap.seconds).median
        let line = "six streams of 20,000 tickets, run --once, \(name)"
        let what = "\(Figures.number(records)) records, \(Figures.number(requests)) requests"
        let processorSeconds = runs.map(\.lap.processorSeconds).sorted()
        return [
            Count(
                line: line,
                unit: "s of CPU",
                ours: processorSeconds.median,
                reference: peer.processorSeconds,
                comparedWith: "a good pipeline in Python; \(what) in \(Figures.decimal(seconds, digits: 1)) s",
                aim: name == "SQLite" ? nil : peer.processorSeconds * most.processor,
                noise: ((processorSeconds.last ?? 0) - (processorSeconds.first ?? 0)) / 2 / processorSeconds.median,
                details: ["records": records, "requests": requests, "seconds": seconds]
            ),
            Count(
                line: "\(line), peak",
                unit: "MB resident",
                ours: Double(runs.map(\.peakBytes).max() ?? 0) / 1_000_000,
                reference: Double(peer.peakBytes) / 1_000_000,
                comparedWith: "a good pipeline in Python",
                most: Double(peer.peakBytes) * most.memory / 1_000_000
            ),
        ]
    }

    /// Removes what a run left.
    private static func clear(_ name: String, _ workload: Workload, _ directory: String) throws {
        workload.remove("\(directory)/\(name)-log.sqlite")
        workload.remove("\(directory)/warehouse/six.sqlite")
        guard name != "SQLite", let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else {
            return
        }
        try PQConnection(parameters: parameters).execute("DROP SCHEMA IF EXISTS six CASCADE")
    }

    private static func text(_ destination: String, log: String, port: Int) -> String {
        """
        transport: embedded:\(log)
        destination: \(destination)
        connections:
          - tenant: bench
            id: support
            name: six
            source: zendesk-support
            subdomain: bench
            endpoint: http://127.0.0.1:\(port)
            auth: { type: oauth_token, token: env:\(SimulatorAccount.tokenVariable) }
            streams: { include: [\(streams.joined(separator: ", "))] }

        """
    }
}
