/// A line of the table: what was measured, beside what it is compared with in the same run.
protocol TableLine: Encodable, Sendable {
    var cells: TableCells { get }
    /// In words, the bounds that do not hold.
    var brokenBounds: [String] { get }
    /// In words, the aims that were not reached: processor times, which another machine may need more of.
    var missedAims: [String] { get }
}

extension TableLine {
    var missedAims: [String] { [] }
}

/// The texts of a line; what is empty does not apply.
struct TableCells: Sendable {
    var line = ""
    var ours = ""
    /// Of our figure and of the compared one.
    var unit = ""
    var oursPerByte = ""
    /// Processor time of each, in microseconds.
    var oursEach = ""
    var oursPerKilobyte = ""
    var bound = ""
    var noise = ""
    var theirs = ""
    var theirsPerByte = ""
    var theirsEach = ""
    var ratio = ""
    /// Of processor times, ours in the denominator: other work on the machine moves it less.
    var processorRatio = ""
    var comparedWith = ""

    static let heads = TableCells(
        line: "line",
        ours: "ours",
        unit: "unit",
        oursPerByte: "MB/s",
        oursEach: "CPU us each",
        oursPerKilobyte: "CPU us/KB",
        bound: "bound",
        noise: "noise",
        theirs: "theirs",
        theirsPerByte: "MB/s",
        theirsEach: "CPU us each",
        ratio: "ratio",
        processorRatio: "CPU ratio",
        comparedWith: "compared with"
    )

    /// Columns of text, at the left; numbers are at the right.
    static let texts: Set<Int> = [0, 2, 6, 13]

    var all: [String] {
        [
            line, ours, unit, oursPerByte, oursEach, oursPerKilobyte, bound, noise, theirs, theirsPerByte, theirsEach,
            ratio, processorRatio, comparedWith,
        ]
    }
}
