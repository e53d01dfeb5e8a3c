import JSONScan

/// Numbers as text: what fits which column. The grammar is JSON's.
enum NumberText {
    /// The integer that the text is exactly, when it fits 64 bits; `007` and `+1` are none.
    static func integer(_ text: Span<UInt8>) -> Int64? {
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        guard text.count > first else { return nil }
        if text[first] == UInt8(ascii: "0"), text.count > first + 1 { return nil }
        return JSON.integer(0..<text.count, in: text)
    }

    /// True when the text is exactly a decimal number and a numeric column can hold it.
    static func isDecimal(_ text: Span<UInt8>) -> Bool {
        guard let parts = parts(of: text) else { return false }
        // PostgreSQL's numeric: 131,072 digits before the point, 16,383 after it.
        return parts.integerDigits + parts.exponent <= 131_072 && parts.fractionDigits - parts.exponent <= 16_383
    }

    private static func parts(
        of text: Span<UInt8>
    ) -> (integerDigits: Int, fractionDigits: Int, exponent: Int)? {
        var index = 0
        func digits() -> Int {
            let start = index
            while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
            return index - start
        }
        if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
        let first = index
        let integerDigits = digits()
        guard integerDigits > 0, integerDigits == 1 || text[first] != UInt8(ascii: "0") else { return nil }
        var fractionDigits = 0
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            fractionDigits = digits()
            guard fractionDigits > 0 else { return nil }
        }
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else {
            return index == text.count ? (integerDigits, fractionDigits, 0) : nil
        }
        index += 1
        var sign = 1
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            sign = text[index] == UInt8(ascii: "-") ? -1 : 1
            index += 1
        }
        let start = index
        guard digits() > 0, index == text.count else { return nil }
        var exponent = 0
        for place in start..<index {
            // Beyond every bound already: more digits change nothing.
            exponent = min(exponent * 10 + Int(text[place] &- 0x30), 1_000_000_000)
        }
        return (integerDigits, fractionDigits, sign * exponent)
    }
}
