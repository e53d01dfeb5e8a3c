import Destinations
import Foundation
import GRDB
import Loader
import Messaging
import Model
import Testing

/// What the whole loader does with each kind of destination.
@Suite("LoaderService, into each destination", .timeLimit(.minutes(30)))
struct ServiceLoadingTests {
    static let kinds = DestinationFixture.kinds

    @Test("two connections' batches load in turn through one loader, each into its own schema", arguments: kinds)
    func loadsInTurn(kind: DestinationKind) async throws {
        try await withTwoFixtures(kind) { first, second in
            let stage = try await ServiceStage()
            let connections = [try first.connection(), try second.connection("other")]
            try await stage.define(connections[0], connections[1])
            for step in 1...40 as ClosedRange<Int64> {
                let place = step % 3 == 0 ? 1 : 0
                let record = ServiceStage.Record(
                    Int(step) % 7,
                    #""subject":"v\#(step)","tags":["\#(step)","\#(place)"]"#,
                    sequence: step
                )
                try await stage.publish(connections[place], step % 2 == 0 ? "users" : "tickets", [record])
            }
            let summary = try await stage.run(into: first.destination, BatchSettings(rows: 5))
            #expect(summary.exitCode == .ok && summary.tables.values.reduce(0) { $0 + $1.events } == 40)
            for (place, fixture) in [first, second].enumerated() {
                let steps = (1...40).filter { ($0 % 3 == 0 ? 1 : 0) == place }
                for (parity, table) in [(1, "tickets"), (0, "users")] {
                    let versions = Dictionary(steps.filter { $0 % 2 == parity }.map { ($0 % 7, $0) }) { max($0, $1) }
                    let expected = versions.sorted { $0.key < $1.key }.map { ["\($0.key)", "v\($0.value)"] }
                    #expect(try fixture.query("SELECT id, subject FROM \(table) ORDER BY id") == expected)
                    let tags = versions.sorted { $0.key < $1.key }.flatMap { id, step in
                        [["\(id)", "0", "\(step)"], ["\(id)", "1", "\(place)"]]
                    }
                    let columns = "_sdc_source_key_id, _sdc_level_0_id, value"
                    #expect(try fixture.query("SELECT \(columns) FROM \(table)__tags ORDER BY 1, 2") == tags)
                }
                #expect(try fixture.query("SELECT sum(events) FROM _deskpipe_loads") == [["\(steps.count)"]])
            }
            let reports = try await stage.reports()
            #expect(reports.count > 8 && reports.allSatisfy { $0.status == .succeeded && $0.isBalanced })
            let again = try await stage.run(into: first.destination)
            #expect(again.tables.isEmpty)
        }
    }

    @Test("what a schema got is in the report: table, column and type", arguments: kinds)
    func reportsChanges(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let stage = try await ServiceStage()
            let connection = try fixture.connection()
            try await stage.define(connection)
            try await stage.publish(connection, [.init(1, sequence: 1)])
            _ = try await stage.run(into: fixture.destination)
            try await stage.publish(connection, [.init(2, #""fresh":7,"list":[{"at":true}]"#, sequence: 2)])
            _ = try await stage.run(into: fixture.destination)
            let changes = try await stage.reports().map(\.schemaChanges)
            #expect(
                changes == [
                    ["create table tickets", "create table tickets__tags"],
                    ["add column tickets.fresh integer", "create table tickets__list"],
                ]
            )
            let stored = try fixture.query("SELECT report FROM _deskpipe_loads").compactMap { $0[0] }
            let kept = try stored.map {
                try JSONDecoder().decode(LoadingReport.self, from: Data($0.utf8)).schemaChanges
            }
            #expect(Set(kept) == Set(changes))
        }
    }

    @Test("schemas that are not the connection's are refused by name, nothing is written there, the others load")
    func refusesOthersSchemas() async throws {
        for kind in Self.kinds {
            try await withTwoFixtures(kind) { shared, foreign in
                try await withTwoFixtures(kind) { copied, own in try await refuse(shared, foreign, copied, own) }
            }
        }
    }

    /// In one run: two tenants with the same schema name, a schema that another tool made, one that was copied from
    /// another tenant, and one that is as it should be.
    private func refuse(
        _ shared: DestinationFixture,
        _ foreign: DestinationFixture,
        _ copied: DestinationFixture,
        _ own: DestinationFixture
    ) async throws {
        let stage = try await ServiceStage()
        try foreign.makeForeign("CREATE TABLE tickets (id integer)")
        try await copy(shared, to: copied)
        let good = try own.connection("good")
        let first = try shared.connection(tenant: "first")
        let second = try shared.connection(tenant: "second")
        let others = [try foreign.connection("foreign"), try copied.connection("copied")]
        try await stage.define(good, first, others[0], others[1])
        // The first tenant's schema is there before the second one comes.
        try await stage.publish(first, [.init(1, #""subject":"first""#, sequence: 1)])
        let places = [shared, foreign, copied, own]
        let destination = { @Sendable (definition: ConnectionDefinition) -> any Destination in
            places.first { $0.schema == definition.schema }?.destination ?? shared.destination
        }
        _ = try await stage.run(into: destination)
        try await stage.define(second)
        let before = try places.dropLast().map { try $0.content() }
        for connection in [good, first, second] + others {
            try await stage.publish(connection, [.init(2, #""subject":"\#(connection.id)""#, sequence: 2)])
        }
        let summary = try await stage.run(into: destination)
        #expect(summary.exitCode == .destination)
        let refused = summary.setAside.mapValues(\.message)
        #expect(Set(refused.keys) == Set([second.key] + others.map(\.key)), "\(own.kind)")
        let owner = "belongs to first/support (zendesk-support)"
        #expect(refused[second.key]?.contains("schema \(shared.schema) \(owner)") == true)
        #expect(refused[others[1].key]?.contains("schema \(copied.schema) belongs to old/support") == true)
        #expect(refused[others[0].key]?.contains("schema \(foreign.schema) belongs to") == true)
        #expect(refused.values.allSatisfy { $0.contains("`schema:`") })
        #expect(try own.query("SELECT subject FROM tickets") == [["good"]])
        #expect(try shared.query("SELECT subject FROM tickets ORDER BY id") == [["first"], ["support"]])
        #expect(try foreign.content() == before[1] && copied.content() == before[2], "\(own.kind)")
        let failed = try await stage.reports().filter { $0.status == .failed }
        #expect(Set(failed.map(\.connection)) == Set([second.id] + others.map(\.id)))
        #expect(failed.allSatisfy { $0.error?.contains("`schema:`") == true })
    }

    /// Makes a schema of another tenant and puts a copy of it where a connection's schema is to be.
    private func copy(_ original: DestinationFixture, to copied: DestinationFixture) async throws {
        let old = DestinationFixture.owner(tenant: "old")
        let schema = try await copied.destination.open(
            copied.kind == .postgresql ? copied.schema : original.schema,
            owner: old
        )
        try await schema.load(
            changes: [.createTable(TestTables.tickets)],
            [TableLoad(TestTables.tickets, [TestRow("7", 7, ["id": 7, "subject": "old"])])]
        )
        await schema.close()
        // In PostgreSQL a schema that was restored under another name, or another tenant's: its owner's row says so.
        guard copied.kind != .postgresql else { return }
        let suffix = copied.kind == .sqlite ? ".sqlite" : ""
        let source = "\(copied.directory)/\(original.schema)\(suffix)"
        try FileManager.default.moveItem(atPath: source, toPath: copied.path)
    }
}

extension DestinationFixture {
    static func owner(tenant: String) -> SchemaOwner {
        guard let tenant = TenantID(rawValue: tenant) else { preconditionFailure("not an identifier: \(tenant)") }
        return SchemaOwner(
            connection: ConnectionKey(tenant: tenant, connection: owner.connection.connection),
            source: .support
        )
    }

    /// All that is in the schema: the names, and what the table of tickets holds.
    func content() throws -> [String] {
        switch kind {
        case .sqlite: try [Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString()]
        case .postgresql: try relations().sorted() + query("SELECT * FROM tickets").map { "\($0)" }
        case .files:
            try FileManager.default.subpathsOfDirectory(atPath: path).sorted().map { name in
                let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
                return "\(name) \(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
            }
        }
    }
}
