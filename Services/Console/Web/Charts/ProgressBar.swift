/// How far something is, as a bar that fills from the left.
struct ProgressBar: Chart {
    let title: String
    /// 0 to 1; beyond that it is full, or empty.
    let fraction: Double
    var tone = Tone.busy

    var summary: String { "\(percent)% done" }

    var size: (width: Double, height: Double) { (200, 8) }

    var drawing: String {
        let width = Markup.number(size.width * share)
        return "<rect class=\"track\" width=\"200\" height=\"8\" rx=\"4\"/>"
            + "<rect class=\"bar \(tone.rawValue)\" width=\"\(width)\" height=\"8\" rx=\"4\"/>"
    }

    /// Rounded down: only what is done is 100.
    var percent: Int { Int(share * 100) }

    private var share: Double { fraction.isFinite ? min(max(fraction, 0), 1) : 0 }
}
