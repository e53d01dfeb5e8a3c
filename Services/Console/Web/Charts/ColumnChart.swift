/// One column for each of a row of things, such as days.
struct ColumnChart: Chart {
    struct Column: Hashable, Sendable {
        /// Below the column, where there is room.
        var name: String
        var value: Double
        /// Shown when it is pointed at.
        var label: String
        var tone = Tone.good
    }

    private static let plot = Plot(height: 110)
    /// More names than this would run into each other.
    private static let mostNames = 10

    let title: String
    let summary: String
    /// Of the values, such as `rows`.
    let unit: String
    let columns: [Column]

    var size: (width: Double, height: Double) { (960, 160) }

    var drawing: String {
        let plot = Self.plot
        let scale = ValueScale(greatest: columns.map(\.value).max() ?? 0)
        let slot = plot.width / Double(max(1, columns.count))
        let every = max(1, (columns.count + Self.mostNames - 1) / Self.mostNames)
        var drawing = plot.grid(scale)
        for (place, column) in columns.enumerated() {
            let x = plot.left + slot * Double(place)
            let height = plot.height * scale.share(of: column.value)
            drawing += plot.bar(
                x: x + slot * 0.12,
                width: slot * 0.76,
                height: height,
                column.tone,
                label: column.label
            )
            if place % every == 0 { drawing += plot.text(column.name, "middle", x: x + slot / 2, y: plot.bottom + 18) }
        }
        return drawing + plot.text(unit, "start", x: 0, y: size.height - 4)
    }
}
