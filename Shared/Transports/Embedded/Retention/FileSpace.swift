import GRDB

/// How a file's pages are used.
struct FileSpace: Sendable {
    /// Bytes of pages that hold something.
    var used: Int64
    /// Bytes of pages that are free to be used again.
    var reusable: Int64

    init(of db: Database) throws {
        func pragma(_ name: String) throws -> Int64 {
            try Int64.fetchOne(try db.cachedStatement(sql: "PRAGMA \(name)")) ?? 0
        }
        let size = try pragma("page_size")
        let free = try pragma("freelist_count")
        used = (try pragma("page_count") - free) * size
        reusable = free * size
    }
}
