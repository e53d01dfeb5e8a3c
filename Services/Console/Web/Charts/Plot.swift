/// The area of a chart that its bars stand in.
struct Plot: Hashable, Sendable {
    var left = 56.0
    var top = 10.0
    var width = 890.0
    var height: Double

    var bottom: Double { top + height }
    var right: Double { left + width }

    /// The lines of a scale, with their values at the left.
    func grid(_ scale: ValueScale) -> String {
        scale.ticks.map { tick in
            let y = Markup.number(bottom - height * tick.share)
            return "<line class=\"grid\" x1=\"\(Markup.number(left))\" x2=\"\(Markup.number(right))\" "
                + "y1=\"\(y)\" y2=\"\(y)\"/>" + text(tick.text, "end", x: left - 6, y: bottom - height * tick.share + 4)
        }.joined()
    }

    /// - Parameter anchor: `start`, `middle` or `end`.
    func text(_ text: String, _ anchor: String, x: Double, y: Double) -> String {
        "<text class=\"tick \(anchor)\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\">\(Markup.escaped(text))</text>"
    }

    /// A bar from the bottom.
    func bar(x: Double, width: Double, height: Double, _ tone: Tone, label: String) -> String {
        "<rect class=\"bar \(tone.rawValue)\" x=\"\(Markup.number(x))\" y=\"\(Markup.number(bottom - height))\" "
            + "width=\"\(Markup.number(width))\" height=\"\(Markup.number(height))\" rx=\"1.5\">"
            + "<title>\(Markup.escaped(label))</title></rect>"
    }
}
