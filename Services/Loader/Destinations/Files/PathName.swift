/// Names of tables as names of directories.
enum PathName {
    /// The longest name in bytes; file systems take 255, and `table=` stands before it.
    private static let limit = 200

    /// The name with all but letters, digits, `_`, `-` and `.` as `%XX`, which is how readers of `table=…` directories
    /// write them too. What is too long is cut and ends in a hash of the whole.
    static func encoded(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
                default: false
                }
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(Unicode.Scalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }
        guard text.utf8.count > limit else { return text }
        var head = text.prefix(limit - 17)
        // Not in the midst of `%XX`.
        if let sign = head.lastIndex(of: "%"), head.distance(from: sign, to: head.endIndex) < 3 { head = head[..<sign] }
        let hash = String(hash(name), radix: 16)
        return head + "_" + String(repeating: "0", count: 16 - hash.count) + hash
    }

    /// FNV-1a.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
