package import Model

extension Bookmark {
    private static let nanosecondsPerMark: Int64 = 1_000_000

    /// The bookmark with which the stream is read anew: at no place, and without what was known of the one before.
    ///
    /// Its sequence and table version are above all that was published, so that what is read again wins over what is in
    /// the tables, also where the clock was set back.
    /// - Parameter start: from when on records are wanted; nil: the connection's start date.
    package func reset(at now: Timestamp, from start: Timestamp?) -> Bookmark {
        let mark = max(now.milliseconds, sequence / Self.nanosecondsPerMark + 1, (reset ?? 0) + 1)
        var bookmark = Bookmark(sequence: max(sequence, mark * Self.nanosecondsPerMark))
        bookmark.tableVersion = tableVersion.map { max(now.milliseconds, $0 + 1) }
        bookmark.start = start
        bookmark.reset = mark
        // What still has to be read out of turn has nothing to do with the place.
        bookmark.revisit = revisit
        bookmark.requests = requests
        return bookmark
    }
}
