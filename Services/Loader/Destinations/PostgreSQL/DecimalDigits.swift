/// A decimal number's text as PostgreSQL's `numeric` takes it: groups of four digits that the point does not divide.
struct DecimalDigits {
    let isNegative: Bool
    /// The place of the first group: 0 for the one before the point.
    let weight: Int
    /// Digits behind the point.
    let scale: Int
    /// How many groups there are.
    let groups: Int

    private let text: UnsafeRawBufferPointer
    /// Where the digits before the point begin, and how many they are.
    private let whole: (start: Int, count: Int)
    private let fraction: (start: Int, count: Int)
    /// Zeros before the first digit that fill its group.
    private let padding: Int

    /// The most that a number's field takes, its length and head with it: a group is no longer than its digits, but for
    /// those that padding begins and ends.
    static func mostBytes(_ count: Int) -> Int { 4 + 8 + count + 8 }

    /// - Parameter text: a number as JSON writes it.
    /// - Returns: nil for what is no number, or one that `numeric` cannot hold.
    init?(_ text: UnsafeRawBufferPointer) {
        var index = 0
        func digits() -> (start: Int, count: Int) {
            let start = index
            while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
            return (start, index - start)
        }
        isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        whole = digits()
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            fraction = digits()
            if fraction.count == 0 { return nil }
        } else {
            fraction = (index, 0)
        }
        var exponent = 0
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let isMinus = index < text.count && text[index] == UInt8(ascii: "-")
            if isMinus || index < text.count && text[index] == UInt8(ascii: "+") { index += 1 }
            let power = digits()
            if power.count == 0 { return nil }
            for place in power.start..<index { exponent = min(exponent * 10 + Int(text[place] & 0x0f), 1_000_000) }
            if isMinus { exponent = -exponent }
        }
        guard index == text.count, whole.count > 0 else { return nil }
        let point = whole.count + exponent
        let before = (point + 3) >> 2
        weight = before - 1
        padding = before * 4 - point
        groups = (padding + whole.count + fraction.count + 3) / 4
        scale = max(0, fraction.count - exponent)
        self.text = text
        guard weight <= 32_767, weight >= -32_768, scale <= 16_383, groups <= 65_535 else { return nil }
    }

    /// One of the groups, 0 to 9999.
    func group(_ group: Int) -> Int16 {
        var value: Int16 = 0
        for place in (group * 4 - padding)..<(group * 4 - padding + 4) { value = value * 10 + digit(place) }
        return value
    }

    private func digit(_ place: Int) -> Int16 {
        if place < 0 || place >= whole.count + fraction.count { return 0 }
        let index = place < whole.count ? whole.start + place : fraction.start + place - whole.count
        return Int16(text[index] & 0x0f)
    }
}
