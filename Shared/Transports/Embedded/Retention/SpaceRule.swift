/// Whether the log may grow: up to its bound, and never into the disk's reserve.
struct SpaceRule {
    /// The most bytes of content.
    let max: Int64
    /// What stays free on the disk.
    let reserve: Int64

    /// Why `bytes` may not be added; nil where they may.
    /// - Parameters:
    ///   - used: bytes of the file's pages in use.
    ///   - free: bytes that the disk has left; nil where it does not say.
    ///   - isLoaded: no record waits for a group, and nothing more can be dropped; asked for at the bound only. Then
    ///     waiting frees nothing, and a page that is larger than the bound, or than what reports leave of it, is let
    ///     through alone.
    func refusal(adding bytes: Int64, used: Int64, free: Int64?, isLoaded: @autoclosure () throws -> Bool) rethrows
        -> String?
    {
        // Pages are not filled to the last byte: records of 4 KB take a third more than their own size.
        let growth = bytes + bytes / 2
        if used + growth > max, try !isLoaded() {
            return "\(Self.text(used)) of embedded.max (\(Self.text(max))) are in use"
        }
        // What is added is in the write-ahead log first and in the file after.
        if let free, free - 2 * growth < reserve {
            return "the disk has \(Self.text(free)) left and \(Self.text(reserve)) stay free"
        }
        return nil
    }

    /// `10.0 GiB`, `512.0 MiB`.
    static func text(_ bytes: Int64) -> String {
        let units = ["KiB", "MiB", "GiB", "TiB"]
        var tenths = bytes * 10 / 1024
        var unit = 0
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
