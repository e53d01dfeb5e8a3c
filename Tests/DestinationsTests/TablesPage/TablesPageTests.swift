import Destinations
import Foundation
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
