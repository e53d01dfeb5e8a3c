extension JSON {
    /// Appends text as the inside of a JSON string, without the quotes: `"`, `\` and control characters escaped, all
    /// else as it is. The text must be UTF-8.
    package static func appendEscaped(_ text: some Collection<UInt8>, to buffer: inout [UInt8]) {
        let done: Void? = text.withContiguousStorageIfAvailable { storage in
            appendEscaped(storage.span, to: &buffer)
        }
        guard done == nil else { return }
        appendEscaped(Array(text).span, to: &buffer)
    }

    private static func appendEscaped(_ text: Span<UInt8>, to buffer: inout [UInt8]) {
        var index = 0
        while true {
            let special = Scan.first(from: index, before: text.count, in: text, Scan.needsEscape)
            append(index..<special, of: text, to: &buffer)
            guard special < text.count else { return }
            appendEscape(of: text[special], to: &buffer)
            index = special &+ 1
        }
    }

    private static func appendEscape(of byte: UInt8, to buffer: inout [UInt8]) {
        buffer.append(Scan.backslash)
        switch byte {
        case 0x08: buffer.append(UInt8(ascii: "b"))
        case 0x09: buffer.append(UInt8(ascii: "t"))
        case 0x0A: buffer.append(UInt8(ascii: "n"))
        case 0x0C: buffer.append(UInt8(ascii: "f"))
        case 0x0D: buffer.append(UInt8(ascii: "r"))
        case 0..<0x20:
            buffer.append(contentsOf: "u00".utf8)
            buffer.append(0x30 + byte >> 4)
            buffer.append(byte & 0xF < 10 ? 0x30 + byte & 0xF : 0x57 + byte & 0xF)
        default: buffer.append(byte)
        }
    }
}
