/// A line of what is counted, not timed: requests, bytes, instructions.
struct Count: TableLine {
    var line: String
    var unit: String
    var ours: Double
    /// Nil where there is nothing to compare with but the bound.
    var reference: Double?
    /// In words: what ``reference`` is.
    var comparedWith: String
    /// What ``ours`` must not exceed.
    var most: Double?
    /// What ``ours`` should not exceed, on a machine as fast as the one that it is from.
    var aim: Double?
    /// By how much two counts in this run differ, as a share.
    var noise: Double?
    /// Further figures, for programs.
    var details: [String: Double] = [:]

    private var ratio: Double? { reference.flatMap { $0 == 0 ? nil : ours / $0 } }

    var cells: TableCells {
        TableCells(
            line: line,
            ours: Figures.number(ours),
            unit: unit,
            bound: most.map { "<= \(Figures.number($0))" } ?? aim.map { "aim \(Figures.number($0))" } ?? "",
            noise: Figures.percent(noise),
            theirs: reference.map(Figures.number) ?? "",
            ratio: ratio.map { Figures.decimal($0, digits: 2) } ?? "",
            comparedWith: comparedWith
        )
    }

    var brokenBounds: [String] { exceeded(most) }

    var missedAims: [String] { exceeded(aim) }

    private func exceeded(_ limit: Double?) -> [String] {
        guard let limit, ours > limit else { return [] }
        return ["\(line): \(Figures.number(ours)) \(unit), more than \(Figures.number(limit))"]
    }

    enum CodingKeys: String, CodingKey {
        case line, unit, ours, reference, aim, noise, details
        case comparedWith = "compared_with"
        case most = "bound_most"
    }
}
