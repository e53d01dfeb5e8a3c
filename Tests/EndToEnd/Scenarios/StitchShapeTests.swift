import Foundation
import Model
import Testing
import ZendeskSimulator

/// What is written for Stitch's tables reads these.
@Suite("Stitch's shape")
struct StitchShapeTests {
    @Test(
        "views of a dbt package for Stitch's tables are made of plain SELECTs and stay right when tickets change",
        arguments: Setting.on(.embedded)
    )
    func dbtPackage(setting: Setting) async throws {
        try await withScene(setting, SceneOptions(tickets: 600)) { scene in
            try await scene.runOnce()
            let package = DbtPackage(warehouse: Warehouse(database: scene.database))
            try package.makeViews()
            try await expect(package, toHoldAllOf: scene)
            try await scene.change(
                WorldChange(
                    updated: [.tickets: 80, .users: 20, .organizations: 5],
                    deleted: [.tickets: 3],
                    added: [.tickets: 15, .users: 5]
                )
            )
            try await scene.runOnce()
            try await expect(package, toHoldAllOf: scene)
            try package.warehouse.removeViewSchema()
        }
    }

    private func expect(_ package: DbtPackage, toHoldAllOf scene: Scene) async throws {
        for view in DbtPackage.views {
            #expect(try package.rowsWithoutKey(view) == 0, "\(view.name)")
            for column in DbtPackage.filled[view.name] ?? [] {
                #expect(try package.count(of: column, in: view.name) > 0, "\(view.name).\(column)")
            }
        }
        for reference in DbtPackage.references {
            #expect(try package.rowsLeading(nowhere: reference) == 0, "\(reference)")
            #expect(try package.rowsLeading(by: reference) > 0, "\(reference)")
        }
        #expect(try package.count(of: "tag", in: "stg_ticket_tags") == package.count("stg_ticket_tags"))
        #expect(try package.staleTags() == 0)
        let truth = try await scene.truth.tables()
        for view in DbtPackage.views where view.table != "ticket_metrics" {
            #expect(try package.count(view.name) == truth.count(view.table), "\(view.name)")
        }
        // The metrics of a ticket that was deleted since are given no more, and stay.
        let deleted = (truth.tables["tickets"] ?? [:]).values.count { $0["status"] == "deleted" }
        let metrics = try package.count("stg_ticket_metrics")
        #expect((truth.count("ticket_metrics")...(truth.count("ticket_metrics") + deleted)).contains(metrics))
    }

    @Test(
        "all of Stitch's 24 tables have their documented sub-tables and columns, of Stitch's types",
        arguments: Setting.on(.embedded)
    )
    func everyColumn(setting: Setting) async throws {
        var options = SceneOptions(tickets: 40)
        options.streams = Self.streams(of: .support)
        options.chatStreams = Self.streams(of: .chat)
        #expect(options.streams.count == 16 && options.chatStreams?.count == 8)
        try await withScene(setting, options) { scene in
            try await scene.runOnce()
            let chat = try #require(scene.chat).database
            for (source, database) in [(Source.support, scene.database), (.chat, chat)] {
                let tables = StitchTable.tables(of: source)
                for table in tables { try expect(table, in: Warehouse(database: database), among: tables) }
            }
        }
    }

    private func expect(_ table: StitchTable, in warehouse: Warehouse, among tables: [StitchTable]) throws {
        let columns = try warehouse.columns(of: table.name)
        var expected = table.types
        let root = table.root(among: tables)
        if root == table.name {
            expected.merge(StitchTable.systemColumns) { first, _ in first }
        } else {
            let key = ["account": "account_key", "shortcuts": "name", "tags": "name"][root] ?? "id"
            let kind = tables.first { $0.name == root }?.types[key]
            expected.merge(table.systemColumns(key: key, try #require(kind), among: tables)) { first, _ in first }
        }
        let wrong = expected.compactMap { column, kind -> String? in
            guard columns[column] != warehouse.name(of: kind) else { return nil }
            return "\(table.name).\(column): \(columns[column] ?? "missing"), not \(kind)"
        }
        #expect(wrong.isEmpty, "\(wrong.sorted().joined(separator: "\n"))")
    }

    private static func streams(of source: Source) -> [String] {
        let tables = StitchTable.tables(of: source)
        return Set(tables.map { $0.root(among: tables) }).sorted()
    }
}
