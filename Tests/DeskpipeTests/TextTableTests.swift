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

@Suite("Tables that fit a terminal")
struct FittedTableTests {
    private static func table() -> TextTable {
        var table = TextTable(
            [("table", .left), ("rows", .right), ("started", .left), ("error", .left)],
            leftOutFirst: ["started", "rows"]
        )
        table.add(["tickets", "12 345", "2026-11-20T10:00:00Z", "the destination refused it: no such column"])
        table.add(["users", "7", "2026-11-20T10:00:00Z", ""])
        return table
    }

    @Test("a pipe gets everything, a wide terminal too")
    func wide() {
        #expect(Self.table().lines(width: nil) == Self.table().lines(width: 200))
        #expect(Self.table().lines(width: nil).last?.contains("2026-11-20T10:00:00Z") == true)
    }

    @Test("columns that matter least go first, then long texts are cut; no line is wider", arguments: 20...90)
    func narrow(width: Int) {
        let lines = Self.table().lines(width: width)
        #expect(lines.allSatisfy { $0.count <= max(width, 22) }, "\(lines)")
        #expect(lines[2].hasPrefix("tickets"))
        if !lines[0].contains("rows") { #expect(!lines[0].contains("started")) }
    }

    @Test("a cut text says so")
    func cut() {
        #expect(Self.table().lines(width: 40)[2] == "tickets  the destination refused it: no…")
    }

    @Test("what comes from data cannot move the cursor or turn the text round")
    func hostile() {
        var table = TextTable([("error", .left)])
        table.add(["\u{1b}[2Jx\u{202e}"])
        #expect(table.lines(width: nil).last == "\\u{1b}[2Jx\\u{202e}")
    }

    @Test("texts are broken at blanks")
    func wrapped() {
        #expect("one two three".wrapped(to: 7) == ["one two", "three"])
        #expect("abcdefghij k".wrapped(to: 4) == ["abcdefghij", "k"])
        #expect("".wrapped(to: 4).isEmpty)
    }
}

@Suite("A live screen")
struct LiveScreenTests {
    @Test("lines are drawn over those before, and no more of them than fit")
    func drawn() {
        let screen = LiveScreen(terminal: Terminal(isInteractive: true, usesColour: false, width: 80, height: 4))
        #expect(screen.text(["a", "b"]) == "\u{1b}[Ha\u{1b}[K\nb\u{1b}[K\n\u{1b}[J")
        let many = screen.text((1...9).map(String.init))
        #expect(many.split(separator: "\n").count - 1 < 4 && many.contains("… 7 more lines"))
        #expect(screen.begin.contains("?25l") && screen.end.contains("?25h"))
    }

    @Test("a pipe gets plain lines")
    func plain() {
        let screen = LiveScreen(terminal: Terminal(isInteractive: false, usesColour: false, width: 80))
        #expect(screen.text(["a", "b"]) == "a\nb\n")
        #expect(screen.begin.isEmpty && screen.end.isEmpty)
    }
}
