import JSONScan

/// An array or object as the text of a column: without white space, its members in their order, its escapes as they
/// are written but those that no database reads: U+0000 is left out and lone surrogates become U+FFFD, as in strings.
enum CompactText {
    /// - Returns: what had to be changed.
    static func append(_ node: JSONNode, in bytes: Span<UInt8>, to buffer: inout [UInt8]) -> TextRepairs {
        let start = buffer.count
        JSON.appendCompact(node, in: bytes, to: &buffer)
        guard hasSuspect(buffer.span.extracting(start..<buffer.count)) else { return .none }
        let text = Array(buffer[start...])
        buffer.removeSubrange(start...)
        return repair(text.span, into: &buffer)
    }

    /// True where `\u0000` or `\ud8…` to `\udf…` stands.
    private static func hasSuspect(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if let unit = codeUnit(at: index, in: text), isSuspect(unit) { return true }
            index += 2
        }
        return false
    }

    private static func repair(_ text: Span<UInt8>, into buffer: inout [UInt8]) -> TextRepairs {
        var repairs = TextRepairs.none
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                buffer.append(text[index])
                index += 1
                continue
            }
            guard let unit = codeUnit(at: index, in: text) else {
                buffer.append(text[index])
                buffer.append(text[index + 1])
                index += 2
                continue
            }
            let low = codeUnit(at: index + 6, in: text) ?? 0
            if unit == 0 {
                repairs.nulsRemoved += 1
                index += 6
            } else if unit & 0xFC00 == 0xD800, low & 0xFC00 == 0xDC00 {
                for place in index..<(index + 12) { buffer.append(text[place]) }
                index += 12
            } else if isSuspect(unit) {
                repairs.surrogatesReplaced += 1
                buffer.append(contentsOf: UTF8.encodedReplacementCharacter)
                index += 6
            } else {
                for place in index..<(index + 6) { buffer.append(text[place]) }
                index += 6
            }
        }
        return repairs
    }

    private static func isSuspect(_ unit: UInt32) -> Bool { unit == 0 || unit & 0xF800 == 0xD800 }

    /// The code unit of the `\uXXXX` that stands here; nil where none does.
    private static func codeUnit(at start: Int, in text: Span<UInt8>) -> UInt32? {
        guard start + 6 <= text.count, text[start] == UInt8(ascii: "\\"), text[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for place in (start + 2)..<(start + 6) {
            let byte = text[place]
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46, 0x61...0x66: digit = (byte | 0x20) - 0x57
            default: return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
