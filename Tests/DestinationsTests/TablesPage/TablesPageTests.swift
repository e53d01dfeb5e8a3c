import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("docs/tables.md")
struct TablesPageTests {
    @Test(
        "what a section shows is what the destination holds",
        arguments: DestinationFixture.kinds,
        TablesPage.examples
    )
    func holds(kind: DestinationKind, section: TablesPage.Section) async throws {
        guard kind != .files || !section.needsDatabase else { return }
        try await withFixture(kind) { fixture in
            try await TablesPageExample(section: section, fixture: fixture).play()
        }
    }

    @Test(
        "the page's query of the arithmetic gives no row, and one for a load that does not add up",
        arguments: DestinationFixture.kinds.filter { $0 != .files }
    )
    func arithmetic(kind: DestinationKind) async throws {
        let lines = try String(contentsOf: TablesPage.path, encoding: .utf8).split(separator: "\n")
        let query = String(try #require(lines.first { $0.hasPrefix("SELECT id FROM _deskpipe_loads WHERE events <>") }))
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await TablesPageLoader(schema)
            for record in [#"{"id":1,"tags":["a"]}"#, #"{"id":null}"#] {
                try await loader.load(TablesPage.Batch(stream: "tickets", records: [record]))
            }
            await schema.close()
            #expect(try fixture.query("SELECT count(*) FROM _deskpipe_loads") == [["2"]])
            #expect(try fixture.query(query) == [])
            let planted = try fixture.query("SELECT max(id) FROM _deskpipe_loads")
            let id = try #require(planted.first?[0])
            try fixture.query("UPDATE _deskpipe_loads SET rows_rejected = rows_rejected + 1 WHERE id = '\(id)'")
            #expect(try fixture.query(query) == planted)
        }
    }

    @Test("the page can be read, has an example for most sections, and stays short")
    func isReadable() throws {
        let page = try TablesPage.read()
        let steps = page.sections.flatMap(\.steps)
        #expect(TablesPage.examples.count >= 12)
        #expect(steps.count >= 50)
        #expect(try String(contentsOf: TablesPage.path, encoding: .utf8).split(separator: "\n").count <= 400)
    }

    @Test("an example that is wrong fails", arguments: ["hot | 0", "hot | 1"])
    func canFail(row: String) async throws {
        var parser = TablesPageParser()
        let lines = """
            ## Wrong
            ```json tickets
            {"id": 1, "tags": ["hot"]}
            ```
            | `tickets__tags` | `value` | `_sdc_level_0_id` |
            |---|---|---|
            | | \(row) |
            """
        for line in lines.split(separator: "\n") { try parser.take(line) }
        let section = try #require(try parser.finish().last)
        try await withFixture(.sqlite) { fixture in
            let play = { try await TablesPageExample(section: section, fixture: fixture).play() }
            if row == "hot | 0" {
                try await play()
            } else {
                await withKnownIssue { try await play() }
            }
        }
    }
}
