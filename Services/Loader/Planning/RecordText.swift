package import Messaging

/// What is kept of a record that was rejected.
package enum RecordText {
    /// Most bytes that are kept: 1 MiB.
    package static let longest = 1 << 20

    /// The bytes as text that any destination holds: cut on a character boundary, invalid UTF-8 and U+0000 replaced.
    /// - Returns: the text, and whether it is the whole record.
    package static func cut(_ bytes: Bytes, to longest: Int = longest) -> (text: String, isWhole: Bool) {
        var end = bytes.endIndex
        if bytes.count > longest {
            end = bytes.startIndex + longest
            // Back to the first byte of the character that would be cut.
            while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        }
        let kept = bytes[bytes.startIndex..<end]
        let text = String(decoding: kept, as: UTF8.self)
        if text.utf8.contains(0) {
            return (String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 })), false)
        }
        return (text, end == bytes.endIndex && text.utf8.count == bytes.count)
    }
}
