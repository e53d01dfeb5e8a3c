import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Model

/// Batches into PostgreSQL: rows of 40 columns and about 1 KB, and tickets with their metrics and sub-rows.
///
/// Each round loads the rows, then every one of them again with other values and a newer sequence, and lets psql copy
/// what was loaded first from files into empty tables with the same columns and keys: both are compared with that.
enum PostgreSQLLoading {
    /// What the 1 KB rows must reach of psql's rate.
    private static let bounds: [Step: Double] = [.insert: 0.75, .update: 0.65]

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        guard let url = workload.options.postgres else { return [] }
        let rows = WideRows(count: workload.options.isQuick ? 20_000 : 60_000)
        let wide = try LoadPlans(workload.connection, rows)
        let tickets = try LoadPlans(workload)
        return try await measure(wide, "1 KB rows", bounds, url, workload)
            + measure(tickets, "tickets", [:], url, workload)
    }

    private static func measure(
        _ plans: LoadPlans,
        _ what: String,
        _ bounds: [Step: Double],
        _ url: String,
        _ workload: Workload
    ) async throws -> [any TableLine] {
        guard let parameters = PQURL.parameters(of: url) else { throw BenchError("libpq cannot read \(url)") }
        let session = try PQConnection(parameters: parameters)
        let server = try ServerProcessor(session)
        let files = try CopiedTables(of: plans.connection.schema, in: workload.path("copy"))
        var laps: [Step: [Lap]] = [:]
        var used: [Step: [Double]] = [:]
        for round in 0...workload.options.repetitions {
            for step in Step.allCases {
                let before = server.seconds()
                let lap = try await step.run(plans, files, url)
                let after = server.seconds()
                try step.prepareNext(plans, files, url, session)
                guard round > 0 else { continue }
                laps[step, default: []].append(lap)
                used[step, default: []].append((after - before) / Double(plans.rows) * 1_000_000)
            }
        }
        let figures = Step.allCases.map { String(format: "%@ %.2f", $0.rawValue, (used[$0] ?? []).median) }
        let line = "the server's CPU us for each row of \(what): \(figures.joined(separator: ", "))\n"
        FileHandle.standardError.write(Data(line.utf8))
        return [Step.insert, .update].map { step in
            var measurement = Measurement(
                "\(what) to PostgreSQL, \(step.rawValue)",
                "rows",
                count: plans.rows,
                Race.Laps(ours: laps[step] ?? [], reference: laps[.copy] ?? []),
                comparedWith: "psql \\copy of the same rows"
            )
            measurement.boundRatio = bounds[step]
            measurement.isAgainstProgram = true
            return measurement
        }
    }

    /// What is timed, in the order of a round.
    private enum Step: String, CaseIterable {
        case insert, update
        case copy = "psql"

        func run(_ plans: LoadPlans, _ files: CopiedTables, _ url: String) async throws -> Lap {
            switch self {
            case .insert: try await loading(plans.inserts, into: url, plans.connection)
            case .update: try await loading(plans.updates, into: url, plans.connection)
            case .copy: try await Lap.time { try files.copy(into: url) }
            }
        }

        func prepareNext(_ plans: LoadPlans, _ files: CopiedTables, _ url: String, _ session: PQConnection) throws {
            switch self {
            case .insert:
                try files.export(from: url, session)
            case .update:
                try files.createTables(session)
            case .copy:
                for schema in [CopiedTables.schema, plans.connection.schema.rawValue] {
                    try session.execute("DROP SCHEMA \(schema) CASCADE")
                }
            }
        }
    }

    private static func loading(
        _ plans: [BatchPlan],
        into url: String,
        _ connection: ConnectionDefinition
    ) async throws -> Lap {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let destination = try DestinationKind.open(DestinationSettings(url: url), logger: logger)
        let schema = try await destination.open(connection.schema, owner: DestinationLoad.owner(of: connection))
        let lap = try await Lap.time { try await DestinationLoad.load(plans, into: schema, connection) }
        await schema.close()
        await destination.close()
        return lap
    }
}
