import Foundation

/// Numbers as the table shows them.
enum Figures {
    /// With three digits or more that count; thousands are set apart.
    static func number(_ value: Double) -> String {
        if !value.isFinite { return "-" }
        if value == value.rounded() || abs(value) >= 100 { return grouped(value) }
        return decimal(value, digits: abs(value) >= 10 ? 1 : 2)
    }

    static func decimal(_ value: Double, digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// Of a share.
    static func percent(_ share: Double?) -> String {
        share.map { "\(decimal($0 * 100, digits: 1)) %" } ?? ""
    }

    private static func grouped(_ value: Double) -> String {
        let digits = Array(String(Int(abs(value).rounded())))
        let text = digits.indices.reversed().reduce("") { text, index in
            let place = digits.count - 1 - index
            return "\(digits[index])" + (place > 0 && place % 3 == 0 ? "," : "") + text
        }
        return value < 0 ? "-" + text : text
    }
}
