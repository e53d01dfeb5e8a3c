import Loader
import Model
import Testing

@Suite("SchemaPlanner")
struct SchemaPlannerTests {
    @Test("a declared stream gives its table, with key and system columns, and its sub-tables")
    func declares() throws {
        var planner = SchemaPlanner(SchemaCatalog())
        planner.declare(ticketSchema)
        #expect(
            planner.changes.map(\.description) == [
                "create table tickets", "create table tickets__tags", "create table tickets__follower_ids",
                "create table tickets__custom_fields", "create table tickets__events__attachments",
            ]
        )
        let tickets = try #require(planner.catalog.tables["tickets"])
        #expect(tickets.kind == .keyed(["id"]))
        #expect(
            tickets.columns.map(\.name) == [
                "id", "subject", "updated_at", "score", "open", "via__channel", "rating", "rating__score", "anything",
                "_sdc_extracted_at", "_sdc_received_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_table_version",
            ]
        )
        let attachments = try #require(planner.catalog.tables["tickets__events__attachments"])
        #expect(
            attachments.columns == [
                Column("_sdc_source_key_id", .integer), Column("_sdc_level_0_id", .integer),
                Column("_sdc_level_1_id", .integer), Column("_sdc_sequence", .integer), Column("size", .integer),
            ]
        )
        #expect(attachments.key == ["_sdc_source_key_id", "_sdc_level_0_id", "_sdc_level_1_id"])
    }

    @Test("what exists is kept with its types, only what is missing is added, and once more adds nothing")
    func adds() {
        var first = SchemaPlanner(SchemaCatalog())
        first.declare(ticketSchema)
        var schema = ticketSchema
        schema.columns[1].type = .integer
        schema.columns.append(ColumnDefinition(path: "fresh", type: .boolean))
        var second = SchemaPlanner(first.catalog)
        second.declare(schema)
        #expect(second.changes == [.addColumn(table: "tickets", Column("fresh", .boolean))])
        #expect(second.catalog.tables["tickets"]?.columns[1] == Column("subject", .text))
        var third = SchemaPlanner(second.catalog)
        third.declare(schema)
        #expect(third.changes.isEmpty)
    }

    @Test(
        "the replication says what kind of table it is",
        arguments: [
            (Replication.incremental, ["id"], Table.Kind.keyed(["id"])), (.kept, ["id"], .kept(["id"])),
            (.full, ["name"], .versioned(["name"])), (.incremental, [], .appended),
        ]
    )
    func kinds(_ replication: Replication, _ key: [String], _ kind: Table.Kind) throws {
        var planner = SchemaPlanner(SchemaCatalog())
        planner.declare(
            StreamSchema(stream: "s", key: key, replication: replication, replicationKey: nil, columns: [])
        )
        let table = try #require(planner.catalog.tables["s"])
        #expect(table.kind == kind)
        #expect(table.columns.contains { $0.name == "_sdc_deleted_at" } == (replication == .kept))
        #expect(Set(table.key).isSubset(of: table.columns.map(\.name)))
    }

    @Test("a declared column whose name is too long is left out")
    func longNames() {
        var schema = ticketSchema
        schema.columns = [ColumnDefinition(path: String(repeating: "n", count: 4097), type: .string)]
        var planner = SchemaPlanner(SchemaCatalog())
        planner.declare(schema)
        #expect(planner.catalog.tables["tickets"]?.columns.first?.name == "id")
        #expect(planner.catalog.tables["tickets"]?.columns.count == 6)
    }
}
