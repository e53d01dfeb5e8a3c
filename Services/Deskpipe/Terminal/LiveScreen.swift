/// Lines that are shown in the place of those before, while somebody watches.
struct LiveScreen {
    let terminal: Terminal

    /// What is written to show lines: on a terminal the whole screen, cut to its height; elsewhere the lines below those
    /// before.
    func text(_ lines: [String]) -> String {
        guard terminal.isInteractive else { return lines.joined(separator: "\n") + "\n" }
        var shown = lines
        if lines.count >= terminal.height {
            let left = lines.count - terminal.height + 2
            shown = lines.dropLast(left) + [terminal.dimmed("… \(left) more lines")]
        }
        // Each line takes away what stood there; then all below goes. So nothing flickers.
        return "\u{1b}[H" + shown.map { "\($0)\u{1b}[K\n" }.joined() + "\u{1b}[J"
    }

    /// Before the first lines: an empty screen, kept apart from what stood there, without a cursor.
    var begin: String { terminal.isInteractive ? "\u{1b}[?1049h\u{1b}[?25l" : "" }

    /// After the last: what stood there before, with the cursor.
    var end: String { terminal.isInteractive ? "\u{1b}[?25h\u{1b}[?1049l" : "" }
}
