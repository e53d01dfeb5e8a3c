import Foundation

/// The measurements as lines of text.
struct ResultTable {
    private static let heads = [
        "stage", "unit", "per second", "MB/s", "CPU us each", "CPU us/KB", "compared with", "per second", "MB/s",
        "ratio", "peak MB",
    ]
    /// Columns of text, at the left; numbers are at the right.
    private static let texts: Set<Int> = [0, 1, 6]

    private let measurements: [Measurement]

    init(_ measurements: [Measurement]) {
        self.measurements = measurements
    }

    var lines: [String] {
        Self.lines([Self.heads] + measurements.map(Self.cells), texts: Self.texts)
    }

    /// A table of these cells, heads first.
    /// - Parameter texts: columns that stand at the left.
    static func lines(_ rows: [[String]], texts: Set<Int>) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return texts.contains(column) ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }
        guard !lines.isEmpty else { return [] }
        return [lines[0], String(repeating: "-", count: lines[0].count)] + lines.dropFirst()
    }

    private static func cells(_ measurement: Measurement) -> [String] {
        [
            measurement.stage, measurement.unit, whole(measurement.ours.perSecond),
            measurement.ours.megabytesPerSecond.map { number($0) } ?? "",
            number(measurement.ours.microsecondsEach),
            measurement.ours.microsecondsPerKilobyte.map { decimal($0, digits: 2) } ?? "", measurement.comparedWith,
            whole(measurement.reference.perSecond), measurement.reference.megabytesPerSecond.map { number($0) } ?? "",
            decimal(measurement.ratio, digits: 2), measurement.peakBytes.map { "\($0 / 1_000_000)" } ?? "",
        ]
    }

    private static func whole(_ value: Double) -> String {
        let digits = Array(String(Int(value.rounded())))
        return digits.indices.reversed().reduce("") { text, index in
            let place = digits.count - 1 - index
            return "\(digits[index])" + (place > 0 && place % 3 == 0 ? "," : "") + text
        }
    }

    private static func number(_ value: Double) -> String { decimal(value, digits: value < 100 ? 1 : 0) }

    private static func decimal(_ value: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
