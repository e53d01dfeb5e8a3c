import Model

/// Finds the greatest replication key of a page without making a string of each: digits by their count and then by
/// their order, dates, all of one form, by their order.
struct GreatestKey {
    private var greatest: Range<Int>?

    mutating func take(_ value: Range<Int>?, in bytes: [UInt8]) {
        guard let value else { return }
        guard let current = greatest else {
            greatest = value
            return
        }
        if Self.isLess(bytes[current], bytes[value]) { greatest = value }
    }

    /// The greater one of the page's and what was the greatest before it.
    /// - Parameter latest: what lies after it counts as it.
    func value(after before: String?, in bytes: [UInt8], latest: Timestamp? = nil) -> String? {
        guard let greatest else { return before }
        let value = Self.clamped(bytes[greatest], to: latest)
        if let before, !Self.isLess(Array(before.utf8)[...], value) { return before }
        return String(decoding: value, as: UTF8.self)
    }

    private static func clamped(_ value: ArraySlice<UInt8>, to latest: Timestamp?) -> ArraySlice<UInt8> {
        guard let latest else { return value }
        if let seconds = Int64(String(decoding: value, as: UTF8.self)) {
            return seconds > latest.seconds ? Array(String(latest.seconds).utf8)[...] : value
        }
        guard let time = Timestamp(parsing: value), time > latest else { return value }
        return Array(latest.formatted(.seconds).utf8)[...]
    }

    private static func isLess(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        let areNumbers = left.count != right.count && isNumber(left) && isNumber(right)
        return areNumbers ? left.count < right.count : left.lexicographicallyPrecedes(right)
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        text.allSatisfy { (0x30...0x39).contains($0) }
    }
}
