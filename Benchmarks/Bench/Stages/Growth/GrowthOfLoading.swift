import Destinations
import Foundation
import LibPQ
import Loader
import Logging
import Model

/// Inserting rows of 40 columns and 1 KB, with keys that rise as those of new records do.
struct GrowthOfLoading {
    private let workload: Workload
    private static let chunk = 10_000
    /// What the server takes is counted in steps of 10 ms.
    private static let leastOfServer = 0.3
    private static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    init(_ workload: Workload) { self.workload = workload }

    func lines(_ sizes: [Int]) async throws -> [Growth] {
        try await [intoSQLite(sizes)] + intoPostgreSQL(sizes)
    }

    // MARK: SQLite

    private func intoSQLite(_ sizes: [Int]) async throws -> Growth {
        var ours: [Growth.Point] = []
        var theirs: [Growth.Point] = []
        for size in [1] + sizes {
            var found: [Double] = []
            let point = try await Growth.Point(size) { records in
                let directory = workload.path("growth")
                let seconds = try await load(records, SQLiteDestination(directory: directory, logger: Self.logger))
                found.append(try insert(rowsOf: "\(directory)/\(workload.connection.schema).sqlite"))
                try FileManager.default.removeItem(atPath: directory)
                return seconds
            }
            ours.append(point)
            theirs.append(Growth.Point(records: size, processorSeconds: found.median))
        }
        return Growth(
            line: "growth: load to SQLite, 1 KB rows",
            points: Self.withoutStart(ours),
            reference: Self.withoutStart(theirs),
            comparedWith: "SQLite's C API, INSERT of the same rows"
        )
    }

    /// Writes the rows of a loaded file into another one with bare statements, as many in a transaction.
    private func insert(rowsOf path: String) throws -> Double {
        let loaded = try RawSQLite(path)
        let copy = workload.path("raw.sqlite")
        defer { workload.remove(copy) }
        let database = try RawSQLite(copy)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        let table = WideRows.schema.stream
        try RawStatement("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '\(table)'", loaded).read {
            try database.execute(String(decoding: $0.blob(0), as: UTF8.self))
        }
        var seconds = 0.0
        var rows: [[RawValue]] = []
        func write() throws {
            guard let first = rows.first else { return }
            let before = Lap.processorSeconds()
            let marks = first.map { _ in "?" }.joined(separator: ", ")
            let statement = try RawStatement("INSERT INTO \"\(table)\" VALUES (\(marks))", database)
            try database.execute("BEGIN IMMEDIATE")
            for row in rows { try statement.insert(row) }
            try database.execute("COMMIT")
            seconds += Lap.processorSeconds() - before
            rows.removeAll(keepingCapacity: true)
        }
        try RawStatement("SELECT * FROM \"\(table)\"", loaded).read { row in
            rows.append(row.row)
            if rows.count == Self.chunk { try write() }
        }
        try write()
        return seconds
    }

    // MARK: PostgreSQL

    private func intoPostgreSQL(_ sizes: [Int]) async throws -> [Growth] {
        guard let url = workload.options.postgres, let parameters = PQURL.parameters(of: url) else { return [] }
        let session = try PQConnection(parameters: parameters)
        let server = try ServerProcessor(session)
        var ours: [Growth.Point] = []
        var theirs: [Growth.Point] = []
        for size in [1] + sizes {
            var found: [Double] = []
            let point = try await Growth.Point(size, least: Self.leastOfServer) { records in
                let before = server.seconds()
                found.append(try await intoPostgreSQL(records, url))
                let seconds = server.seconds() - before
                try session.execute("DROP SCHEMA \(workload.connection.schema) CASCADE")
                return seconds
            }
            theirs.append(point)
            ours.append(Growth.Point(records: size, processorSeconds: found.median))
        }
        return [("our part", ours), ("the server's part", theirs)].map { what, points in
            Growth(
                line: "growth: load to PostgreSQL, 1 KB rows, \(what)",
                points: Self.withoutStart(points),
                comparedWith: "a line"
            )
        }
    }

    /// Takes what the first size, a single row, takes off the others: making the table, the first statements.
    private static func withoutStart(_ points: [Growth.Point]) -> [Growth.Point] {
        let start = points.first?.processorSeconds ?? 0
        return points.dropFirst().map { point in
            // What is left of a small size may drown in what others do meanwhile.
            let seconds = max(point.processorSeconds - start, point.processorSeconds / 10)
            return Growth.Point(records: point.records, processorSeconds: seconds)
        }
    }

    private func intoPostgreSQL(_ records: Int, _ url: String) async throws -> Double {
        try await load(records, try DestinationKind.open(DestinationSettings(url: url), logger: Self.logger))
    }

    /// What is loaded is made and planned a part at a time, which is not timed.
    private func load(_ records: Int, _ destination: any Destination) async throws -> Double {
        let connection = workload.connection
        let schema = try await destination.open(connection.schema, owner: DestinationLoad.owner(of: connection))
        var builder = BatchBuilder(
            catalogue: [WideRows.schema.stream: WideRows.schema],
            catalog: SchemaCatalog(),
            filter: PositionFilter()
        )
        var seconds = 0.0
        for first in stride(from: 0, to: records, by: Self.chunk) {
            let rows = WideRows(count: min(Self.chunk, records - first), first: first, isAscending: true)
            let deliveries = rows.deliveries(of: connection, firstOffset: Int64(first), version: 0)
            let plans = try LoadPlans.plans(deliveries, &builder, connection)
            seconds += try await Lap.time {
                try await DestinationLoad.load(plans, into: schema, connection)
            }.processorSeconds
        }
        await schema.close()
        await destination.close()
        return seconds
    }
}
