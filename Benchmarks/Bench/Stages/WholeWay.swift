import Foundation
import LibPQ
import Model

/// `deskpipe run --once` in a process of its own, from the simulator's pages to rows.
enum WholeWay {
    /// What a run may have resident, whatever the volume, in megabytes.
    static let bound = 150.0

    struct Destination {
        var name: String
        var url: String
        /// Removes what was loaded.
        var clear: () throws -> Void
        /// How many tickets are in the table.
        var count: () throws -> Int
    }

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let program = workload.options.deskpipe else { return [] }
        let tickets = workload.options.tickets
        let users = tickets / 4 + 1
        let records = 2 * tickets + users
        let account = SimulatorAccount(url: workload.options.simulator)
        let drained = try await Lap.time { try await account.drain() }
        var lines: [any TableLine] = []
        for destination in destinations(workload, workload.path("whole")) {
            let watched = try await read(account.url, tickets, into: destination, program, workload)
            let name = "deskpipe run --once, embedded log, \(destination.name)"
            lines.append(
                Measurement(
                    name,
                    "records",
                    count: records,
                    Race.Laps(ours: [watched.lap], reference: [drained]),
                    comparedWith: "the simulator's pages, read and dropped"
                )
            )
            lines.append(
                Count(
                    line: "\(name), peak",
                    unit: "MB resident",
                    ours: Double(watched.peakBytes) / 1_000_000,
                    comparedWith: "its bound",
                    most: bound,
                    details: ["peak_anonymous_bytes": Double(watched.peakAnonymousBytes)]
                )
            )
        }
        return lines
    }

    /// Reads an account into an empty destination, checks the number of tickets, and removes all again.
    static func read(
        _ simulator: String,
        _ tickets: Int,
        into destination: Destination,
        _ program: String,
        _ workload: Workload
    ) async throws -> WatchedProcess {
        let log = workload.path("log.sqlite")
        let configuration = workload.path("deskpipe.yaml")
        try text(simulator, log: log, destination.url).write(toFile: configuration, atomically: true, encoding: .utf8)
        let watched = try await WatchedProcess.run(
            [program, "run", "--once", "--config", configuration],
            environment: [SimulatorAccount.tokenVariable: SimulatorAccount.token]
        )
        let loaded = try destination.count()
        guard loaded == tickets else { throw BenchError("\(destination.name) has \(loaded) of \(tickets) tickets") }
        workload.remove(log)
        try destination.clear()
        return watched
    }

    static func destinations(_ workload: Workload, _ directory: String) -> [Destination] {
        let sqlite = Destination(name: "SQLite", url: "sqlite:\(directory)") {
            try FileManager.default.removeItem(atPath: directory)
        } count: {
            let database = try RawSQLite("\(directory)/whole.sqlite")
            var count = 0
            try RawStatement("SELECT count(*) FROM tickets", database).read { count = Int($0.integer(0)) }
            return count
        }
        guard let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else { return [sqlite] }
        let postgreSQL = Destination(name: "PostgreSQL", url: url) {
            try PQConnection(parameters: parameters).execute("DROP SCHEMA whole CASCADE")
        } count: {
            let session = try PQConnection(parameters: parameters)
            return Int(try session.execute("SELECT count(*) FROM whole.tickets").integer(0, 0) ?? 0)
        }
        return [sqlite, postgreSQL]
    }

    /// The exports that ``SimulatorAccount/drain()`` reads too; the settings are the defaults.
    private static func text(_ simulator: String, log: String, _ destination: String) -> String {
        """
        transport: embedded:\(log)
        destination: \(destination)
        connections:
          - tenant: bench
            id: support
            name: whole
            source: zendesk-support
            subdomain: bench
            endpoint: \(simulator)
            start_date: 2020-01-01T00:00:00Z
            streams: { include: [tickets, ticket_metrics, users] }
            auth: { type: oauth_token, token: env:\(SimulatorAccount.tokenVariable) }

        """
    }
}
