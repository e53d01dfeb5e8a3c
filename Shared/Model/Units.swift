/// Units as people write them in settings: `90s`, `16MiB`, `80%`.
package enum Units {
    /// The longest time that is taken, 100 years: sums with dates stay within what a date can be.
    private static let longest: Int64 = 36_500 * 86_400_000
    /// The most bytes that are taken: 1 PiB.
    private static let mostBytes: Int64 = 1 << 50
    /// The greatest number that is taken.
    private static let greatest = 1_000_000_000_000

    /// `500ms`, `90s`, `30m`, `24h`, `7d`, at most 100 years; nil for all else, and for what is not positive.
    package static func duration(_ text: String) -> Duration? {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        return scaled(text, units, atMost: longest).map { .milliseconds($0) }
    }

    /// A time as ``duration(_:)`` reads it, in the largest unit that it is a whole number of: `30m`.
    /// - Parameter seconds: positive.
    package static func text(ofSeconds seconds: Int64) -> String {
        let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60)]
        // 24 hours are a schedule's word for a day.
        guard seconds != 86_400 else { return "24h" }
        guard let (unit, scale) = units.first(where: { seconds % $0.1 == 0 }) else { return "\(seconds)s" }
        return "\(seconds / scale)\(unit)"
    }

    /// `100`, `64KiB`, `16MiB`, `10GiB`, in bytes, at most 1 PiB; also `KB`, `MB`, `GB` of 1000.
    package static func bytes(_ text: String) -> Int? {
        let units: [(String, Int64)] = [
            ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("KB", 1000), ("MB", 1_000_000),
            ("GB", 1_000_000_000), ("B", 1), ("", 1),
        ]
        return scaled(text, units, atMost: mostBytes).map(Int.init)
    }

    /// `80%` or `0.8`, above 0 and at most 1.
    package static func share(_ text: String) -> Double? {
        let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let number, number > 0, number <= 1 else { return nil }
        return number
    }

    /// At most a million millions.
    package static func positive(_ text: String) -> Int? {
        guard let number = Int(text), number > 0, number <= greatest else { return nil }
        return number
    }

    private static func scaled(_ text: String, _ units: [(String, Int64)], atMost most: Int64) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), number > 0, let scale = units.first(where: { $0.0 == unit })?.1 else {
            return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow || product > most ? nil : product
    }
}
