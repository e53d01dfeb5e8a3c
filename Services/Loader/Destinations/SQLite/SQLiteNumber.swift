/// How SQLite stores a decimal number without losing a digit.
enum SQLiteNumber: Hashable {
    case integer(Int64)
    case real(Double)
    /// As it was written: neither an integer of 64 bits nor a double is this number.
    case text

    /// - Parameter text: a JSON number.
    init(_ text: String) {
        if let integer = Int64(text) {
            self = .integer(integer)
        } else if let double = Double(text), double.isFinite, let written = Digits(text),
            written == Digits(double.description)
        {
            self = .real(double)
        } else {
            self = .text
        }
    }

    /// A number as `digits · 10^exponent`, with neither leading nor trailing zeros: equal numbers are equal digits.
    private struct Digits: Hashable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0

        init?(_ text: String) {
            var rest = Substring(text).utf8
            if rest.first == UInt8(ascii: "-") {
                isNegative = true
                rest.removeFirst()
            }
            var isFraction = false
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    digits.append(byte)
                    if isFraction { exponent -= 1 }
                case UInt8(ascii: "."): isFraction = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"):
                    guard let power = Int(Substring(rest)), power.magnitude < 100_000 else { return nil }
                    exponent += power
                    rest = rest[rest.endIndex...]
                default: return nil
                }
            }
            let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
            digits.removeFirst(zeros)
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                exponent += 1
            }
            if digits.isEmpty {
                exponent = 0
                isNegative = false
            }
        }
    }
}
