import Foundation

/// A line of how processor time grows with the number of records.
struct Growth: TableLine {
    /// What a slope may be that is called linear.
    static let most = 1.1

    var line: String
    var points: [Point]
    /// Of what it is compared with, at the same sizes; nil for nothing but the slope of a line.
    var reference: [Point]?
    var comparedWith: String
    /// Nil: it is only printed.
    var bound: Double?

    struct Point: Encodable, Sendable {
        var records: Int
        /// The median of the repetitions.
        var processorSeconds: Double

        var microsecondsEach: Double { processorSeconds / Double(records) * 1_000_000 }

        enum CodingKeys: String, CodingKey {
            case records
            case processorSeconds = "processor_seconds"
        }
    }

    var slope: Double { Self.slope(points) }

    var cells: TableCells {
        let steps = points.map { "\(Figures.number($0.microsecondsEach)) at \(Self.power($0.records))" }
        return TableCells(
            line: line,
            ours: Figures.decimal(slope, digits: 3),
            unit: "slope",
            oursEach: points.last.map { Figures.number($0.microsecondsEach) } ?? "",
            bound: bound.map { "<= \(Figures.decimal($0, digits: 2))" } ?? "",
            theirs: Figures.decimal(reference.map(Self.slope) ?? 1, digits: 3),
            theirsEach: reference?.last.map { Figures.number($0.microsecondsEach) } ?? "",
            ratio: Figures.decimal(slope / (reference.map(Self.slope) ?? 1), digits: 2),
            comparedWith: "\(comparedWith); CPU us each \(steps.joined(separator: ", "))"
        )
    }

    var brokenBounds: [String] {
        guard let bound, !(slope <= bound) else { return [] }
        return ["\(line) grows with a slope of \(Figures.decimal(slope, digits: 3)), more than \(bound)"]
    }

    /// Of the line through the logarithms, by least squares: the exponent of the power law that fits best.
    static func slope(_ points: [Point]) -> Double {
        let logs = points.map { (x: log(Double($0.records)), y: log(max($0.processorSeconds, 1e-9))) }
        let count = Double(logs.count)
        let x = logs.reduce(0) { $0 + $1.x } / count
        let y = logs.reduce(0) { $0 + $1.y } / count
        let products = logs.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
        return products / logs.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    }

    private static func power(_ records: Int) -> String {
        let exponent = log10(Double(records))
        return exponent == exponent.rounded() ? "10^\(Int(exponent))" : Figures.number(Double(records))
    }

    enum CodingKeys: String, CodingKey {
        case line, points, slope, reference, bound
        case comparedWith = "compared_with"
        case referenceSlope = "reference_slope"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(line, forKey: .line)
        try container.encode(points, forKey: .points)
        try container.encode(slope, forKey: .slope)
        try container.encodeIfPresent(reference, forKey: .reference)
        try container.encodeIfPresent(reference.map(Self.slope), forKey: .referenceSlope)
        try container.encode(comparedWith, forKey: .comparedWith)
        try container.encodeIfPresent(bound, forKey: .bound)
    }
}

extension Growth.Point {
    /// How long the repetitions of one size take together at least, in processor time: less says little.
    static let least = 0.06
    private static let mostRepetitions = 200

    /// Measures one size as often as it takes.
    /// - Parameter run: what it takes of the processor, in seconds, without its preparation.
    init(_ records: Int, least: Double = least, _ run: (Int) async throws -> Double) async throws {
        var found: [Double] = []
        var total = 0.0
        while found.isEmpty || (found.count < 3 && total < 1) || (total < least && found.count < Self.mostRepetitions) {
            let seconds = try await run(records)
            found.append(seconds)
            total += seconds
        }
        // The kernel counts other processes in steps of 10 ms: only their mean tells more.
        let isCoarse = least > Self.least
        self.init(records: records, processorSeconds: isCoarse ? total / Double(found.count) : found.median)
    }
}
