/// A scale from 0 to a round number, for the height of bars.
struct ValueScale: Hashable, Sendable {
    /// Nothing that is counted or measured here is more; bars beyond it are cut.
    private static let most = 1e15

    /// The value at the top; at least 1.
    let top: Double

    /// - Parameter greatest: of the values that are shown.
    init(greatest: Double) {
        guard greatest > 1 else {
            top = 1
            return
        }
        let greatest = min(greatest, Self.most)
        var power = 1.0
        while power * 10 < greatest { power *= 10 }
        let steps: [Double] = [1, 2, 5, 10]
        top = (steps.first { $0 * power >= greatest } ?? 10) * power
    }

    /// 0 to 1.
    func share(of value: Double) -> Double { value.isNaN ? 0 : min(max(value / top, 0), 1) }

    /// The lines of the grid, from the bottom.
    var ticks: [(share: Double, text: String)] {
        [(0, "0"), (0.5, Self.short(top / 2)), (1, Self.short(top))]
    }

    /// `950`, `1.5k`, `20M`, `0.5`
    static func short(_ value: Double) -> String {
        for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= unit {
            return Self.tenths(value / unit) + name
        }
        return tenths(value)
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
