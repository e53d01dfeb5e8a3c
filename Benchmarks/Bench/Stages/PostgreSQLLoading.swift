import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Messaging
import Model

/// Batches into PostgreSQL: rows of 40 columns and about 1 KB, and tickets with their metrics and sub-rows.
///
/// Each round loads the rows, then every one of them again with other values and a newer sequence, and lets psql copy
/// what was loaded first from files into empty tables with the same columns and keys: both are compared with that.
enum PostgreSQLLoading {
    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        guard let url = workload.options.postgres else { return [] }
        let rows = WideRows(count: workload.options.isQuick ? 20_000 : 60_000)
        let wide = try await measure(try await LoadPlans(workload.connection, rows), "1 KB rows", url, workload)
        return wide + (try await measure(try await LoadPlans(workload), "tickets", url, workload))
    }

    private static func measure(
        _ plans: LoadPlans,
        _ what: String,
        _ url: String,
        _ workload: Workload
    ) async throws -> [Measurement] {
        guard let parameters = PQURL.parameters(of: url) else { throw BenchError("libpq cannot read \(url)") }
        let session = try PQConnection(parameters: parameters)
        let server = try ServerProcessor(session)
        let files = try CopiedTables(of: plans.connection.schema, in: workload.path("copy"))
        var laps: [Step: [Lap]] = [:]
        for round in 0...workload.options.repetitions {
            for step in Step.allCases {
                let before = server.seconds()
                let lap = try await step.run(plans, files, url, session)
                let used = server.seconds() - before
                guard round > 0 else { continue }
                laps[step, default: []].append(lap)
                print(what, step, used / Double(plans.rows) * 1e6, lap.seconds, lap.processorSeconds / Double(plans.rows) * 1e6)
            }
        }
        return [Step.insert, .update, .messages].map { step in
            Measurement(
                "\(what) to PostgreSQL, \(step.rawValue)",
                "rows",
                count: plans.rows,
                bytes: step == .messages ? plans.deliveries.inserts.reduce(0) { $0 + ($1.value?.count ?? 0) } : nil,
                Race.Laps(ours: laps[step] ?? [], reference: laps[.copy] ?? []),
                comparedWith: "psql \\copy of the same rows"
            )
        }
    }

    /// What is timed, in the order of a round.
    private enum Step: String, CaseIterable {
        case insert, update
        case copy = "psql"
        /// As `insert`, from the received messages on: routed, mapped, planned and loaded.
        case messages = "from messages"

        func run(
            _ plans: LoadPlans,
            _ files: CopiedTables,
            _ url: String,
            _ session: PQConnection
        ) async throws -> Lap {
            let connection = plans.connection
            switch self {
            case .insert:
                let lap = try await loading(into: url, connection) { try await DestinationLoad.load(plans.inserts, into: $0, connection) }
                try files.export(from: url, session)
                return lap
            case .update:
                let lap = try await loading(into: url, connection) { try await DestinationLoad.load(plans.updates, into: $0, connection) }
                try files.createTables(session)
                return lap
            case .copy:
                let lap = try await Lap.time { try files.copy(into: url) }
                try session.execute("DROP SCHEMA \(CopiedTables.schema) CASCADE")
                try session.execute("DROP SCHEMA \(connection.schema.rawValue) CASCADE")
                return lap
            case .messages:
                let lap = try await loading(into: url, connection) { schema in
                    var builder = plans.builder()
                    try await LoadPlans.plan(plans.deliveries.inserts, &builder, connection) { plan in
                        try await DestinationLoad.load([plan], into: schema, connection)
                    }
                }
                try session.execute("DROP SCHEMA \(connection.schema.rawValue) CASCADE")
                return lap
            }
        }
    }

    private static func loading(
        into url: String,
        _ connection: ConnectionDefinition,
        _ body: (any DestinationSchema) async throws -> Void
    ) async throws -> Lap {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let destination = try DestinationKind.open(DestinationSettings(url: url), logger: logger)
        let schema = try await destination.open(connection.schema, owner: DestinationLoad.owner(of: connection))
        let lap = try await Lap.time { try await body(schema) }
        await schema.close()
        await destination.close()
        return lap
    }
}
