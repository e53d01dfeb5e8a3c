import Model

/// Reads the examples of docs/tables.md, line by line.
///
/// A `json` fence names its stream and further facts of the batch, see ``TablesPage/Batch``:
/// `json tags read=2 complete`. A table is an example's where its first header is a code span (the rows of that table),
/// where it follows a `sql` fence (what that gives), or where a comment stands before it: `<!-- cases STREAM -->`,
/// `<!-- names STREAM -->`, `<!-- types -->`, `<!-- columns -->`, `<!-- schemas -->`. Others are prose.
struct TablesPageParser {
    private var sections: [TablesPage.Section] = [TablesPage.Section(title: "Tables")]
    private var fence: (words: [Substring], lines: [Substring])?
    private var table: [Substring] = []
    private var comment: [Substring] = []
    private var number = 0

    struct Malformed: Error {
        var line: Int
        var reason: String
    }

    mutating func take(_ line: Substring) throws {
        number += 1
        if let open = fence {
            guard line == "```" else {
                fence?.lines.append(line)
                return
            }
            fence = nil
            try finishFence(open.words, open.lines)
            return
        }
        if line.hasPrefix("|") {
            table.append(line)
            return
        }
        try finishTable()
        if line.hasPrefix("```") {
            fence = (line.dropFirst(3).split(separator: " "), [])
        } else if line.hasPrefix("#") {
            sections.append(TablesPage.Section(title: String(line.drop { $0 == "#" }.dropFirst())))
        } else if line.hasPrefix("<!--"), line.hasSuffix("-->") {
            comment = line.dropFirst(4).dropLast(3).split(separator: " ")
        }
    }

    mutating func finish() throws -> [TablesPage.Section] {
        try finishTable()
        guard fence == nil else { throw Malformed(line: number, reason: "a fence is not closed") }
        return sections
    }

    private mutating func add(_ step: TablesPage.Step) { sections[sections.count - 1].steps.append(step) }

    private mutating func finishFence(_ words: [Substring], _ lines: [Substring]) throws {
        switch words.first {
        case "json": add(.batch(try batch(words.dropFirst(), lines)))
        case "sql": add(.sql(Self.statements(lines), nil))
        default: throw Malformed(line: number, reason: "a fence of another kind")
        }
    }

    private func batch(_ words: ArraySlice<Substring>, _ lines: [Substring]) throws -> TablesPage.Batch {
        guard let stream = words.first else { throw Malformed(line: number, reason: "records of no stream") }
        var batch = TablesPage.Batch(stream: StreamName(rawValue: String(stream)))
        for word in words.dropFirst() {
            let parts = word.split(separator: "=")
            switch (parts[0], parts.last.flatMap { Int64($0) }) {
            case ("complete", _): batch.isComplete = true
            case ("twice", _): batch.isTwice = true
            case ("fields", _): batch.areFields = true
            case ("without", _): batch.excluded = parts[1].split(separator: ",").map(String.init)
            case ("read", let number?): batch.read = number
            case ("sequence", let number?): batch.sequence = number
            default: throw Malformed(line: number, reason: "an unknown word: \(word)")
            }
        }
        for line in lines {
            if line.hasPrefix("{") {
                batch.records.append(String(line))
            } else if !batch.records.isEmpty {
                batch.records[batch.records.count - 1] += "\n" + line
            }
        }
        return batch
    }

    /// Statements end with a line that ends in `;`.
    private static func statements(_ lines: [Substring]) -> [String] {
        var statements = [""]
        for line in lines where !line.hasPrefix("--") {
            statements[statements.count - 1] += (statements.last?.isEmpty == true ? "" : "\n") + line
            if line.hasSuffix(";") { statements.append("") }
        }
        return statements.filter { !$0.isEmpty }
    }

    private mutating func finishTable() throws {
        guard !table.isEmpty else { return }
        let head = Self.cells(table[0])
        let rows = table.dropFirst(2).map { Self.cells($0) }
        guard rows.allSatisfy({ $0.count == head.count }) else {
            throw Malformed(line: number, reason: "a row with more or fewer cells than its head")
        }
        let grid = TablesPage.Grid(head: head.map(Self.text), rows: rows.map { $0.map(Self.text) })
        table = []
        defer { comment = [] }
        let stream = StreamName(rawValue: comment.count > 1 ? String(comment[1]) : "")
        switch comment.first {
        case "cases": add(.cases(stream, grid))
        case "names": add(.names(stream, grid))
        case "types": add(.types(grid))
        case "columns": add(.columns(grid))
        case "schemas": add(.schemas(grid))
        case nil:
            if head[0].hasPrefix("`") {
                add(.rows(of: grid.head[0], grid))
            } else if case .sql(let statements, nil) = sections[sections.count - 1].steps.last {
                sections[sections.count - 1].steps.removeLast()
                add(.sql(statements, grid))
            }
        default: throw Malformed(line: number, reason: "an unknown comment: \(comment)")
        }
    }

    private static func cells(_ line: Substring) -> [Substring] {
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { cell in
            cell.drop { $0 == " " }.trimmingSuffix { $0 == " " }
        }
    }

    /// The first code span of a cell that begins with one, else the cell.
    private static func text(_ cell: Substring) -> String {
        guard cell.hasPrefix("`") else { return String(cell) }
        return String(cell.dropFirst().prefix { $0 != "`" })
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
