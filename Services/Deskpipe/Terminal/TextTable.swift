import ServiceRuntime

/// A table of text, columns aligned: for people at a terminal and for pipes alike. What comes from data is made
/// harmless: no cell moves the cursor or breaks its line.
struct TextTable {
    enum Alignment {
        case left
        case right
    }

    /// No column of texts is cut to less.
    private static let leastWidth = 10

    private let header: [String]
    private let alignments: [Alignment]
    private let leftOutFirst: [String]
    private var rows: [[String]] = []

    /// - Parameter leftOutFirst: titles of columns that go, in this order, where all do not fit the terminal.
    init(_ columns: [(title: String, alignment: Alignment)], leftOutFirst: [String] = []) {
        header = columns.map(\.title)
        alignments = columns.map(\.alignment)
        self.leftOutFirst = leftOutFirst
    }

    mutating func add(_ row: [String]) {
        rows.append(row.map { cell in cell.replacing("\n", with: " ").escapedForLogs })
    }

    /// The lines: the header, a rule, the rows.
    /// - Parameter width: of the terminal; columns go, and long texts are cut, so that no line is wider; nil: no bound.
    func lines(width: Int? = Terminal.output.tableWidth) -> [String] {
        var shown = Array(header.indices)
        var widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        if let width {
            for title in leftOutFirst where Self.total(widths, shown) > width {
                shown.removeAll { header[$0] == title }
            }
            cut(&widths, shown, to: width)
        }
        let rule = widths.map { String(repeating: "─", count: $0) }
        return ([header, rule] + rows).map { row in
            let cells = shown.map { column in
                let cell = row[column].cut(to: widths[column])
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return alignments[column] == .left ? cell + blanks : blanks + cell
            }
            return cells.joined(separator: "  ").trimmedAtEnd
        }
    }

    /// Takes from the widest columns of texts what is too much.
    private func cut(_ widths: inout [Int], _ shown: [Int], to width: Int) {
        while Self.total(widths, shown) > width {
            let texts = shown.filter { alignments[$0] == .left && widths[$0] > Self.leastWidth }
            guard let widest = texts.max(by: { widths[$0] < widths[$1] }) else { return }
            let second = texts.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.leastWidth
            let excess = Self.total(widths, shown) - width
            // Down to the next one, and then both by turns.
            widths[widest] -= min(excess, max(1, widths[widest] - max(second, Self.leastWidth)))
        }
    }

    private static func total(_ widths: [Int], _ shown: [Int]) -> Int {
        shown.reduce(0) { $0 + widths[$1] } + 2 * max(0, shown.count - 1)
    }
}

extension String {
    /// At most so many characters, the last of them `…` where some were taken away.
    func cut(to width: Int) -> String { count <= width ? self : String(prefix(max(0, width - 1))) + "…" }

    /// Lines of at most so many characters, broken at blanks where there are any.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + (line.isEmpty ? [] : [line])
    }

    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension Int {
    /// With thin groups of three: `12 345`.
    var grouped: String {
        var text = ""
        for (place, digit) in String(magnitude).reversed().enumerated() {
            if place > 0 && place % 3 == 0 { text.append(" ") }
            text.append(digit)
        }
        return (self < 0 ? "-" : "") + String(text.reversed())
    }

    /// `1 page`, `2 pages`.
    func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}
