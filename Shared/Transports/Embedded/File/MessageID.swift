/// Where a message lies in the file: its log's number above 40 bits of offset, so that one table holds all logs, each
/// of them together and in its order, without a second index.
struct MessageID {
    let rawValue: Int64

    private static let offsetBits: Int64 = 40

    init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    init(log: Int64, offset: Int64) {
        rawValue = log << Self.offsetBits | min(max(offset, 0), Self.maxOffset)
    }

    var offset: Int64 { rawValue & Self.maxOffset }

    /// A million messages a second for twelve days, or a thousand for 34 years.
    static let maxOffset: Int64 = 1 << offsetBits - 1
}
