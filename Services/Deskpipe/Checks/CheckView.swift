import Extractor
import Model
import ServiceRuntime

/// What `check` prints for people: a table, then what to do, or that there is nothing to do.
struct CheckView {
    let terminal: Terminal

    func lines(_ lines: [CheckLine]) -> [String] {
        let connections = Set(lines.compactMap(\.connection))
        var columns: [(title: String, alignment: TextTable.Alignment)] = [
            ("", .left), ("check", .left), ("on", .left), ("verdict", .left),
        ]
        if connections.count > 1 { columns.insert(("connection", .left), at: 0) }
        var table = TextTable(columns)
        for line in lines {
            let finding = line.finding
            var row = [
                Self.word(finding.grade), finding.check, finding.subject.escapedForLogs,
                finding.verdict.escapedForLogs,
            ]
            if connections.count > 1 { row.insert(line.connection?.description ?? "", at: 0) }
            table.add(row)
        }
        var text = table.lines().enumerated().map { place, text in
            place < 2 ? text : coloured(text, lines[place - 2].finding.grade)
        }
        text += hints(lines.map(\.finding))
        if !lines.contains(where: { $0.finding.grade == .problem }) { text.append(terminal.green("Success!")) }
        return text
    }

    /// Each hint once, those of problems first.
    private func hints(_ findings: [CheckFinding]) -> [String] {
        var said: Set<String> = []
        let ordered = findings.filter { $0.grade == .problem } + findings.filter { $0.grade == .warning }
        return ordered.compactMap(\.hint).filter { said.insert($0).inserted }.map { "-> \($0)" }
    }

    private func coloured(_ text: String, _ grade: CheckFinding.Grade) -> String {
        switch grade {
        case .ok: text
        case .warning: terminal.yellow(text)
        case .problem: terminal.red(text)
        }
    }

    private static func word(_ grade: CheckFinding.Grade) -> String {
        switch grade {
        case .ok: "ok"
        case .warning: "warning"
        case .problem: "PROBLEM"
        }
    }
}
