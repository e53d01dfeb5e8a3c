import Foundation
import Model
import Testing
import ZendeskSimulator

@Suite("The whole job")
struct WholeJobTests {
    @Test(
        "one run brings every record into its table, and its reports add up to the rows",
        arguments: Setting.all + [.files]
    )
    func runOnce(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 1200, rows: 500)) { scene in
            let outcome = try await scene.deskpipe("run", "--once")
            try #require(outcome.exit == .status(0), "\(outcome.errors)")
            try await scene.expectTablesEqualTruth()
            let tables = try scene.tables()
            for table in SettingsFile.basicStreams {
                #expect(Self.rowsLoaded(of: table, in: outcome.output) == tables.count(table), "\(outcome.output)")
            }
            let extraction = try await scene.extractionReports()
            let loads = try await scene.loadingReports()
            try Self.expectExtraction(extraction, toEqual: tables)
            Self.expectLoads(loads, toEqual: tables)
            try Self.expectLoads(loads, toBeIn: scene.database)
        }
    }

    @Test("an extractor and a loader do in two processes over Kafka what one run does", arguments: Setting.on(.kafka))
    func twoProcessesOverKafka(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 800)) { scene in
            let applied = try await scene.deskpipe("apply")
            #expect(applied.exit == .status(0), "\(applied.errors)")
            #expect(applied.output.contains("acme/support"))
            let extractor = try scene.start("extractor", "--once")
            let extracted = try await extractor.outcome()
            #expect(extracted.exit == .status(0), "\(extracted.errors)")
            #expect(try scene.database.tables().isEmpty)
            let loaded = try await scene.deskpipe("loader", "--until-idle")
            #expect(loaded.exit == .status(0), "\(loaded.errors)")
            try await scene.expectTablesEqualTruth()
            let tables = try scene.tables()
            try Self.expectExtraction(try await scene.extractionReports(), toEqual: tables)
            Self.expectLoads(try await scene.loadingReports(), toEqual: tables)
            let idle = try await scene.deskpipe("loader", "--until-idle")
            #expect(idle.exit == .status(0), "\(idle.errors)")
            #expect(try await scene.loadingReports().reduce(0) { $0 + $1.events } == tables.recordCount)
        }
    }

    @Test(
        "the PostgreSQL server of the tests answers",
        .enabled(if: Setting.postgresURL != nil, "DESKPIPE_TEST_POSTGRES is not set: nothing is loaded into PostgreSQL")
    )
    func postgreSQL() throws {
        let url = try #require(Setting.postgresURL)
        let database = TestDatabase(place: .server(url: url), schema: "public")
        #expect(try database.count("SELECT 1") == 1)
    }

    @Test("`check` finds everything in order and changes nothing", arguments: Setting.all + [.files])
    func check(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 20)) { scene in
            try await scene.makeTopics()
            let outcome = try await scene.deskpipe("check")
            #expect(outcome.exit == .status(0), "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("Success!"))
            #expect(try scene.database.tables().isEmpty)
        }
    }

    /// The second cell of the table's line in what a run prints.
    private static func rowsLoaded(of table: String, in output: String) -> Int? {
        for line in output.split(separator: "\n") {
            let cells = line.split(separator: /\s{2,}/).map { $0.trimmingCharacters(in: .whitespaces) }
            guard let place = cells.firstIndex(where: { $0 == table || $0.hasSuffix(".\(table)") }) else { continue }
            guard cells.count > place + 1 else { return nil }
            return Int(cells[place + 1].filter(\.isNumber))
        }
        return nil
    }

    private static func expectExtraction(_ reports: [ExtractionReport], toEqual tables: TableSet) throws {
        let report = try #require(reports.first)
        #expect(reports.count == 1)
        #expect(report.status == .succeeded && report.trigger == .once)
        for stream in report.streams {
            #expect(stream.status == .caughtUp && stream.rejected == 0 && stream.asOf != nil)
            #expect(stream.records == tables.count(stream.stream.rawValue), "\(stream.stream)")
        }
        #expect(Set(report.streams.map(\.stream.rawValue)) == Set(SettingsFile.basicStreams))
        #expect(report.requests >= report.streams.reduce(0) { $0 + $1.requests })
    }

    private static func expectLoads(_ reports: [LoadingReport], toEqual tables: TableSet) {
        #expect(Set(reports.map(\.id)).count == reports.count)
        for report in reports {
            #expect(report.status == .succeeded && report.error == nil)
            #expect(report.isBalanced, "\(report.table): \(report)")
            #expect(report.rowsLoaded == report.rowsInserted + report.rowsUpdated)
        }
        for table in SettingsFile.basicStreams {
            let own = reports.filter { $0.table == table }
            #expect(own.reduce(0) { $0 + $1.events } == tables.count(table), "events of \(table)")
            #expect(own.reduce(0) { $0 + $1.rowsInserted } == tables.count(table), "rows of \(table)")
            let subtables = own.flatMap(\.subtables)
            for name in tables.tables.keys where name.hasPrefix("\(table)__") {
                let loaded = subtables.filter { $0.table == name }.reduce(0) { $0 + $1.rowsLoaded }
                #expect(loaded == tables.count(name), "rows of \(name)")
            }
        }
    }

    /// The database's own account holds the same reports as the topic.
    private static func expectLoads(_ reports: [LoadingReport], toBeIn database: TestDatabase) throws {
        let texts = try database.texts("SELECT report FROM \(database.name("_deskpipe_loads"))").compactMap(\.self)
        let kept = try texts.map { try JSONDecoder().decode(LoadingReport.self, from: Data($0.utf8)) }
        #expect(Set(kept) == Set(reports))
        let loaded = try database.count("SELECT sum(rows_loaded) FROM \(database.name("_deskpipe_loads"))")
        #expect(loaded == reports.reduce(0) { $0 + $1.rowsLoaded })
    }
}

extension TableSet {
    /// Rows of all tables of records.
    var recordCount: Int { SettingsFile.basicStreams.reduce(0) { $0 + count($1) } }
}
