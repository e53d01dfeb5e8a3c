/// A day in UTC from left to right, with a bar for each thing that happened: where it began, how long it took, how much it
/// was.
struct DayChart: Chart {
    struct Bar: Hashable, Sendable {
        /// Seconds since midnight UTC; one of the day before is negative.
        var start: Double
        var seconds: Double
        /// How high it is.
        var value: Double
        var tone: Tone
        /// Shown when it is pointed at.
        var label: String
        /// Where a click leads; nil for nowhere.
        var link: String?
    }

    static let plot = Plot(height: 130)
    /// Of a bar of no width: it has to be seen.
    static let leastWidth = 4.0
    private static let leastHeight = 3.0

    let title: String
    let summary: String
    /// Of the values, such as `rows`.
    let unit: String
    let bars: [Bar]

    var size: (width: Double, height: Double) { (960, 180) }

    var hasLinks: Bool { bars.contains { $0.link != nil } }

    var drawing: String {
        let scale = ValueScale(greatest: bars.map(\.value).max() ?? 0)
        return Self.plot.grid(scale) + hours + bars.map { draw($0, scale) }.joined()
            + Self.plot.text(unit, "start", x: 0, y: size.height - 4)
    }

    private var hours: String {
        stride(from: 0, through: 24, by: 3).map { hour in
            let text = hour == 24 ? "24:00 UTC" : hour < 10 ? "0\(hour):00" : "\(hour):00"
            let x = Self.plot.left + Self.plot.width * Double(hour) / 24
            return Self.plot.text(text, hour == 24 ? "end" : "middle", x: x, y: Self.plot.bottom + 18)
        }.joined()
    }

    private func draw(_ bar: Bar, _ scale: ValueScale) -> String {
        let plot = Self.plot
        let perSecond = plot.width / 86_400
        let start = min(max(bar.start, 0), 86_400)
        let end = min(max(bar.start + bar.seconds, start), 86_400)
        let width = max(Self.leastWidth, (end - start) * perSecond)
        let rectangle = plot.bar(
            x: min(plot.left + start * perSecond, plot.right - width),
            width: width,
            height: max(Self.leastHeight, plot.height * scale.share(of: bar.value)),
            bar.tone,
            label: bar.label
        )
        guard let link = bar.link else { return rectangle }
        // The list beside the chart has the same links for the keyboard.
        return "<a href=\"\(Markup.escaped(link))\" aria-label=\"\(Markup.escaped(bar.label))\" tabindex=\"-1\">"
            + "\(rectangle)</a>"
    }
}
