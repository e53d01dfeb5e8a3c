/// Names one run of a connection: a ULID, so that runs sort by their start.
/// Source: https://github.com/ulid/spec
package struct RunID: Hashable, Sendable, RawRepresentable, Codable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// - Parameter randomness: 80 bits are used.
    package init(at time: Timestamp, randomness: (UInt64, UInt64)) {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        var digits: [UInt8] = []
        let milliseconds = UInt64(clamping: time.milliseconds)
        for shift in stride(from: 45, through: 0, by: -5) { digits.append(alphabet[Int(milliseconds >> shift & 31)]) }
        for word in [randomness.0, randomness.1] {
            for shift in stride(from: 35, through: 0, by: -5) { digits.append(alphabet[Int(word >> shift & 31)]) }
        }
        rawValue = String(decoding: digits, as: UTF8.self)
    }

    /// A new one: no two are alike, whoever makes them.
    package init(at time: Timestamp) {
        self.init(at: time, randomness: (.random(in: .min ... .max), .random(in: .min ... .max)))
    }

    package var description: String { rawValue }
}
