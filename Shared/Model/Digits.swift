extension FixedWidthInteger where Self: UnsignedInteger {
    /// The number that digits alone say; nil for all else. The standard library takes a sign before them: `+80`, `-0`.
    package init?(digits: some StringProtocol, radix: Int = 10) {
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        self.init(digits, radix: radix)
    }
}
