extension JSON {
    /// Appends the text of a string (the range includes its quotes) as UTF-8, unescaped. U+0000 is left out and lone
    /// surrogates become U+FFFD.
    /// - Returns: how many of each.
    @discardableResult
    package static func appendText(
        of string: Range<Int>,
        in bytes: Span<UInt8>,
        to buffer: inout [UInt8]
    ) -> TextRepairs {
        let text = inside(string, in: bytes)
        var repairs = TextRepairs.none
        var index = text.lowerBound
        while true {
            let escape = Scan.first(from: index, before: text.upperBound, in: bytes, Scan.isBackslash)
            append(index..<escape, of: bytes, to: &buffer)
            guard escape < text.upperBound else { return repairs }
            index = appendUnescaped(escape..<text.upperBound, in: bytes, to: &buffer, &repairs)
        }
    }

    /// The text of a string (the range includes its quotes), repaired as ``appendText(of:in:to:)`` does.
    package static func text(of string: Range<Int>, in bytes: Span<UInt8>) -> String {
        if isPlain(string, in: bytes) {
            return bytes.extracting(inside(string, in: bytes)).withUnsafeBufferPointer { text in
                String(decoding: text, as: UTF8.self)
            }
        }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(inside(string, in: bytes).count)
        appendText(of: string, in: bytes, to: &buffer)
        return String(decoding: buffer, as: UTF8.self)
    }

    /// True when the string (the range includes its quotes) has no backslash, so that the bytes between its quotes are
    /// its text.
    package static func isPlain(_ string: Range<Int>, in bytes: Span<UInt8>) -> Bool {
        let text = inside(string, in: bytes)
        return Scan.first(from: text.lowerBound, before: text.upperBound, in: bytes, Scan.isBackslash)
            == text.upperBound
    }

    /// True when the text of a string (the range includes its quotes), as ``text(of:in:)`` gives it, is the key.
    package static func equals(_ string: Range<Int>, _ key: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard key.hasPointerRepresentation else {
            return text(of: string, in: bytes).utf8.elementsEqual(key.description.utf8)
        }
        let text = inside(string, in: bytes)
        let length = key.utf8CodeUnitCount
        for index in 0..<text.count {
            let byte = bytes[text.lowerBound &+ index]
            if byte == Scan.backslash { return equalsUnescaped(string, key, in: bytes) }
            // Within the key: its storage is static and index is below its count.
            guard index < length, byte == key.utf8Start[index] else { return false }
        }
        return text.count == length
    }

    @inline(never)
    private static func equalsUnescaped(_ string: Range<Int>, _ key: StaticString, in bytes: Span<UInt8>) -> Bool {
        var text: [UInt8] = []
        appendText(of: string, in: bytes, to: &text)
        // The key's storage is static.
        return text.elementsEqual(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    /// Between the quotes, within bounds for any range.
    @inline(__always)
    private static func inside(_ string: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
        let range = string.clamped(to: 0..<bytes.count)
        guard range.count >= 2 else { return range.lowerBound..<range.lowerBound }
        return (range.lowerBound &+ 1)..<(range.upperBound &- 1)
    }

    /// Appends what the escape at the range's start stands for; a malformed one stands for itself.
    /// - Returns: the offset after it.
    private static func appendUnescaped(
        _ escape: Range<Int>,
        in bytes: Span<UInt8>,
        to buffer: inout [UInt8],
        _ repairs: inout TextRepairs
    ) -> Int {
        let start = escape.lowerBound
        guard escape.count > 1 else {
            buffer.append(Scan.backslash)
            return escape.upperBound
        }
        let letter = bytes[start &+ 1]
        switch letter {
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): return appendCodeUnits(escape, in: bytes, to: &buffer, &repairs)
        default: buffer.append(letter)
        }
        return start &+ 2
    }

    /// Appends the character of `\uXXXX`, or of two of them that are a surrogate pair.
    private static func appendCodeUnits(
        _ escape: Range<Int>,
        in bytes: Span<UInt8>,
        to buffer: inout [UInt8],
        _ repairs: inout TextRepairs
    ) -> Int {
        let end = escape.upperBound
        var next = escape.lowerBound &+ 2
        guard let unit = Scan.codeUnit(at: next, before: end, in: bytes) else {
            append(escape.lowerBound..<next, of: bytes, to: &buffer)
            return next
        }
        next &+= 4
        var scalar = unit
        if unit & 0xFC00 == 0xD800, end &- next >= 6, bytes[next] == Scan.backslash,
            bytes[next &+ 1] == UInt8(ascii: "u"),
            let low = Scan.codeUnit(at: next &+ 2, before: end, in: bytes), low & 0xFC00 == 0xDC00
        {
            scalar = 0x10000 + ((unit & 0x3FF) << 10 | low & 0x3FF)
            next &+= 6
        }
        if scalar == 0 {
            repairs.nulsRemoved += 1
        } else if let character = Unicode.Scalar(scalar) {
            buffer.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
        } else {
            repairs.surrogatesReplaced += 1
            buffer.append(contentsOf: UTF8.encodedReplacementCharacter)
        }
        return next
    }

    /// Appends bytes as they are. The range must be within bounds.
    @inline(__always)
    static func append(_ range: Range<Int>, of bytes: Span<UInt8>, to buffer: inout [UInt8]) {
        // extracting(_:) checks the range; the pointer stays in the closure.
        bytes.extracting(range).withUnsafeBufferPointer { part in
            buffer.append(contentsOf: part)
        }
    }
}
