/// Bytes that records get which the page does not have in this form: they stand after the page's own.
struct PageLiterals: Sendable {
    private(set) var bytes: [UInt8] = []

    /// The offset within ``bytes`` of a text that is added to them.
    mutating func add(_ text: some Sequence<UInt8>) -> Range<Int> {
        let start = bytes.count
        bytes += text
        return start..<bytes.count
    }

    /// A key's text as JSON: an integer as one, any other as a string.
    static func value(_ key: String) -> [UInt8] {
        if let number = Int64(key), String(number) == key { return Array(key.utf8) }
        return ElementLayout.quoted(key)
    }
}

extension Range<Int> {
    /// The same range, so many bytes later.
    func moved(by offset: Int) -> Range<Int> { (lowerBound + offset)..<(upperBound + offset) }
}
