import Crypto
import Model

/// Tells which records of an inclusive last second were published before.
///
/// Only a record that is byte for byte the one published last under its key is dropped.
struct Seam {
    /// Beyond that nothing is dropped: the bookmark must stay small.
    static let maxRecords = 2000
    static let maxBytes = 256 << 10

    private var published: [String: String]
    private var next: [String: String] = [:]
    /// Records of this second or later are in the next page again.
    private let second: Int64

    /// - Parameters:
    ///   - second: the page's `end_time`, or an earlier one.
    ///   - carriesOn: what was published before comes again too.
    init(published: [String: String]?, second: Int64, carriesOn: Bool = false) {
        self.published = published ?? [:]
        self.second = second
        if carriesOn { next = self.published }
    }

    /// - Parameter time: the record's second; nil where it has none, then it is not remembered.
    /// - Returns: whether the record is to be dropped.
    mutating func drops(_ key: String, time: Int64?, bytes: ArraySlice<UInt8>) -> Bool {
        let isInSeam = time.map { $0 >= second } ?? false
        guard isInSeam || published[key] != nil else { return false }
        let hash = SHA256.hash(data: bytes).prefix(16).hexadecimal
        if isInSeam { next[key] = hash }
        if published[key] == hash { return true }
        // The same key may come twice in a page, its older version last.
        if published[key] != nil { published[key] = hash }
        return false
    }

    /// What the bookmark keeps.
    var kept: [String: String]? {
        let bytes = next.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 6 }
        return next.count <= Self.maxRecords && bytes <= Self.maxBytes ? next : nil
    }
}
