import Testing

@testable import Deskpipe

@Suite("Tables for people")
struct TextTableTests {
    @Test("columns are aligned, numbers to the right, nothing trails")
    func aligned() {
        var table = TextTable([("table", .left), ("rows", .right), ("note", .left)])
        table.add(["tickets", 12_345.grouped, "é"])
        table.add(["users", 7.grouped, ""])
        #expect(
            table.lines() == [
                "table      rows  note",
                "───────  ──────  ────",
                "tickets  12 345  é",
                "users         7",
            ]
        )
    }

    @Test("a cell stays on its line")
    func oneLine() {
        var table = TextTable([("error", .left)])
        table.add(["a\nb"])
        #expect(table.lines().last == "a b")
    }

    @Test(
        "numbers are grouped, nouns counted",
        arguments: [(0, "0 pages"), (1, "1 page"), (1_234_567, "1 234 567 pages")]
    )
    func counted(number: Int, text: String) {
        #expect(number.counted("page") == text)
    }
}
