import Foundation
import LibPQ
import Model

/// `deskpipe run --once` in a process of its own, from the simulator's pages to rows.
enum WholeWay {
    /// What a run may have resident, whatever the volume.
    static let bound = 150_000_000

    private struct Destination {
        var name: String
        var url: String
        /// How many tickets are in the table.
        var count: () throws -> Int
    }

    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        guard let program = workload.options.deskpipe else { return [] }
        let directory = workload.path("whole")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let tickets = workload.options.tickets
        let users = tickets / 4 + 1
        // The exports that both read; organizations and groups are few beside them.
        let records = 2 * tickets + users
        let account = SimulatorAccount(url: workload.options.simulator)
        let drained = try await Lap.time { try await account.drain() }
        var measurements: [Measurement] = []
        for destination in destinations(workload, directory) {
            let configuration = "\(directory)/\(destination.name).yaml"
            let log = "\(directory)/\(destination.name)-log.sqlite"
            try text(workload, log: log, destination.url).write(
                toFile: configuration,
                atomically: true,
                encoding: .utf8
            )
            let watched = try await WatchedProcess.run(
                [program, "run", "--once", "--config", configuration],
                environment: [SimulatorAccount.tokenVariable: SimulatorAccount.token]
            )
            let loaded = try destination.count()
            guard loaded == tickets else { throw BenchError("\(destination.name) has \(loaded) of \(tickets) tickets") }
            workload.remove(log)
            let laps = Race.Laps(ours: [watched.lap], reference: [drained])
            var measurement = Measurement(
                "deskpipe run --once, embedded log, \(destination.name)",
                "records",
                count: records,
                laps,
                comparedWith: "the simulator's pages, read and dropped"
            )
            measurement.peakBytes = watched.peakBytes
            measurement.peakAnonymousBytes = watched.peakAnonymousBytes
            measurement.boundBytes = bound
            measurements.append(measurement)
        }
        try FileManager.default.removeItem(atPath: directory)
        return measurements
    }

    private static func destinations(_ workload: Workload, _ directory: String) -> [Destination] {
        let sqlite = Destination(name: "SQLite", url: "sqlite:\(directory)/warehouse") {
            let database = try RawSQLite("\(directory)/warehouse/whole.sqlite")
            var count = 0
            try RawStatement("SELECT count(*) FROM tickets", database).read { count = Int($0.integer(0)) }
            return count
        }
        guard let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else { return [sqlite] }
        let postgreSQL = Destination(name: "PostgreSQL", url: url) {
            let session = try PQConnection(parameters: parameters)
            return Int(try session.execute("SELECT count(*) FROM whole.tickets").integer(0, 0) ?? 0)
        }
        return [sqlite, postgreSQL]
    }

    /// The settings are the defaults, but for where things are.
    private static func text(_ workload: Workload, log: String, _ destination: String) -> String {
        """
        transport: embedded:\(log)
        destination: \(destination)
        connections:
          - tenant: bench
            id: support
            name: whole
            source: zendesk-support
            subdomain: bench
            endpoint: \(workload.options.simulator)
            auth: { type: oauth_token, token: env:\(SimulatorAccount.tokenVariable) }

        """
    }
}
