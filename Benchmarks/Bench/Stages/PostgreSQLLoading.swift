import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Model

/// Batches into PostgreSQL.
enum PostgreSQLLoading {
    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        guard let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else { return [] }
        let plans = try LoadPlans(workload)
        let session = try PQConnection(parameters: parameters)
        let files = try CopyFiles(plans.inserts, in: workload.path("copy"))
        var inserts = Race.Laps()
        var updates = Race.Laps()
        for round in 0...workload.options.repetitions {
            let ours = try await load(plans, into: url)
            try files.createTables(like: plans.connection.schema, session)
            let copied = try await Lap.time { try files.copy(into: url) }
            for schema in [plans.connection.schema.rawValue, CopyFiles.schema] {
                try session.execute("DROP SCHEMA \(schema) CASCADE")
            }
            guard round > 0 else { continue }
            inserts.ours.append(ours.insert)
            updates.ours.append(ours.update)
            inserts.reference.append(copied)
        }
        updates.reference = inserts.reference
        let rows = plans.inserts.reduce(0) { $0 + $1.rows }
        let comparedWith = "psql \\copy of the same rows from files"
        return [
            Measurement("load to PostgreSQL, insert", "rows", count: rows, inserts, comparedWith: comparedWith),
            Measurement("load to PostgreSQL, update", "rows", count: rows, updates, comparedWith: comparedWith),
        ]
    }

    private static func load(_ plans: LoadPlans, into url: String) async throws -> (insert: Lap, update: Lap) {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let destination = try DestinationKind.open(DestinationSettings(url: url), logger: logger)
        let connection = plans.connection
        let schema = try await destination.open(connection.schema, owner: DestinationLoad.owner(of: connection))
        let insert = try await Lap.time {
            try await DestinationLoad.load(plans.inserts, into: schema, connection)
        }
        let update = try await Lap.time {
            try await DestinationLoad.load(plans.updates, into: schema, connection)
        }
        await schema.close()
        await destination.close()
        return (insert, update)
    }
}

/// The rows of all batches as files that psql copies, one for each table as long as its columns stay the same.
private struct CopyFiles {
    static let schema = "bench_copy"

    private struct File {
        var table: String
        var columns: [String]
        var path: String
        var text: [UInt8] = []
    }

    private var files: [File] = []
    private let script: String

    init(_ plans: [BatchPlan], in directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var files: [File] = []
        try CopyEncoding.encode(plans) { table, columns, chunk in
            let names = columns.map(\.name)
            if let index = files.firstIndex(where: { $0.table == table && $0.columns == names }) {
                files[index].text += chunk
            } else {
                let path = "\(directory)/\(files.count).copy"
                files.append(File(table: table, columns: names, path: path, text: chunk))
            }
        }
        for index in files.indices {
            try Data(files[index].text).write(to: URL(fileURLWithPath: files[index].path))
            files[index].text = []
        }
        script = "\(directory)/script.sql"
        let lines = files.map { file in
            let columns = (["n"] + file.columns).map { "\"\($0)\"" }.joined(separator: ", ")
            return "\\copy \(Self.schema).\"\(file.table)\" (\(columns)) from '\(file.path)'\n"
        }
        try lines.joined().write(toFile: script, atomically: true, encoding: .utf8)
        self.files = files
    }

    /// Makes empty tables with the columns and keys of the loaded ones. `n` takes the number that each line begins with.
    func createTables(like loaded: SchemaName, _ session: PQConnection) throws {
        try session.execute("CREATE SCHEMA \(Self.schema)")
        for table in Set(files.map(\.table)).sorted() {
            try session.execute(
                """
                CREATE TABLE \(Self.schema)."\(table)" (n integer, LIKE \(loaded)."\(table)" INCLUDING ALL);
                ALTER TABLE \(Self.schema)."\(table)" DROP COLUMN IF EXISTS _sdc_batched_at
                """
            )
        }
    }

    func copy(into url: String) throws {
        try CommandRun.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", script])
    }
}
