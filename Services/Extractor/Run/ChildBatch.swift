import Model

/// Children that go out in one transaction: those of several parents.
struct ChildBatch {
    /// What a transaction holds at most, and a page more.
    private static let maxBytes = 4 << 20
    private static let maxPages = 100

    private(set) var pages: [DecodedPage] = []
    /// When the last of them was there.
    private(set) var receivedAt: Timestamp?
    private var bytes = 0
    /// Parents whose children are all in this batch or before.
    var parents = 0
    /// Of these, the ones that were read out of turn.
    var revisited: [Int64] = []
    /// False once the walk's place has moved.
    var isEmpty = true

    var isFull: Bool { bytes >= Self.maxBytes || pages.count >= Self.maxPages }

    mutating func add(_ more: [(page: DecodedPage, receivedAt: Timestamp)]) {
        pages += more.map(\.page)
        receivedAt = more.map(\.receivedAt).max() ?? receivedAt
        bytes += more.reduce(0) { $0 + $1.page.bytes.count }
        isEmpty = false
    }
}
