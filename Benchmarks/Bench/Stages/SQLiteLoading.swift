import Destinations
import Foundation
import Loader
import Logging
import Model

/// Batches into an SQLite file.
enum SQLiteLoading {
    /// The share of the bare statements' rate that must be reached.
    private static let bound = 0.6

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let plans = try LoadPlans(workload)
        var inserts = Race.Laps()
        var updates = Race.Laps()
        for round in 0...workload.options.repetitions {
            let directory = workload.path("warehouse")
            let ours = try await load(plans, in: directory)
            let tables = try RawTables(of: "\(directory)/\(workload.connection.schema).sqlite")
            let raw = try await insert(tables, transactions: plans.inserts.count, workload)
            try FileManager.default.removeItem(atPath: directory)
            guard round > 0 else { continue }
            inserts.ours.append(ours.insert)
            inserts.reference.append(raw.insert)
            updates.ours.append(ours.update)
            updates.reference.append(raw.replace)
        }
        let rows = plans.inserts.reduce(0) { $0 + $1.rows }
        var measurements = [
            Measurement(
                "load to SQLite, insert",
                "rows",
                count: rows,
                inserts,
                comparedWith: "SQLite's C API, INSERT of the same rows"
            ),
            Measurement(
                "load to SQLite, update",
                "rows",
                count: rows,
                updates,
                comparedWith: "SQLite's C API, REPLACE of the same rows"
            ),
        ]
        for index in measurements.indices { measurements[index].boundRatio = bound }
        return measurements
    }

    private static func load(_ plans: LoadPlans, in directory: String) async throws -> (insert: Lap, update: Lap) {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let destination = SQLiteDestination(directory: directory, logger: logger)
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

    private static func insert(
        _ tables: RawTables,
        transactions: Int,
        _ workload: Workload
    ) async throws -> (insert: Lap, replace: Lap) {
        let path = workload.path("raw.sqlite")
        let database = try RawSQLite(path)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try tables.create(in: database)
        let insert = try await Lap.time { try tables.write("INSERT", into: database, transactions: transactions) }
        let replace = try await Lap.time { try tables.write("REPLACE", into: database, transactions: transactions) }
        workload.remove(path)
        return (insert, replace)
    }
}

/// The tables of a loaded file with all their rows, in the order in which they were loaded.
private struct RawTables {
    private struct Table {
        var name: String
        var definition: String
        var rows: [[RawValue]] = []
    }

    private var tables: [Table] = []

    init(of path: String) throws {
        let database = try RawSQLite(path)
        let names = try RawStatement(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name LIKE 'ticket%'",
            database
        )
        try names.read { row in
            let text = [row.blob(0), row.blob(1)].map { String(decoding: $0, as: UTF8.self) }
            tables.append(Table(name: text[0], definition: text[1]))
        }
        for index in tables.indices {
            let rows = try RawStatement("SELECT * FROM \"\(tables[index].name)\" ORDER BY _sdc_sequence", database)
            try rows.read { tables[index].rows.append($0.row) }
        }
        tables.removeAll(where: \.rows.isEmpty)
    }

    func create(in database: RawSQLite) throws {
        for table in tables { try database.execute(table.definition) }
    }

    /// - Parameter verb: INSERT or REPLACE.
    func write(_ verb: String, into database: RawSQLite, transactions: Int) throws {
        let statements = try tables.map { table in
            let marks = (table.rows.first ?? []).map { _ in "?" }.joined(separator: ", ")
            return try RawStatement("\(verb) INTO \"\(table.name)\" VALUES (\(marks))", database)
        }
        for part in 0..<transactions {
            try database.execute("BEGIN IMMEDIATE")
            for (table, statement) in zip(tables, statements) {
                let range = table.rows.count * part / transactions..<table.rows.count * (part + 1) / transactions
                for row in table.rows[range] { try statement.insert(row) }
            }
            try database.execute("COMMIT")
        }
    }
}
