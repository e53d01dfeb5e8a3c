/// The place of a page in its stream: what a request asks for.
enum PagePlace: Hashable {
    /// A list from its beginning.
    case beginning
    case cursor(String)
    /// Seconds since 1970, inclusive.
    case time(Int64)
    /// Counted from 1.
    case page(Int)
    /// Inclusive.
    case id(Int64)
    /// Seconds, or microseconds, since 1970; where several records share it, the id of the last one had.
    case chat(Int64, id: String?)

    /// What a bookmark keeps of it.
    var text: String? {
        switch self {
        case .beginning: nil
        case .cursor(let cursor): cursor
        case .time(let number), .id(let number): String(number)
        case .page(let number): String(number)
        case .chat(let time, let id): id.map { "\(time)|\($0)" } ?? String(time)
        }
    }

    /// A chat export's place in a bookmark; nil for what is none.
    static func chat(_ text: String) -> PagePlace? {
        let parts = text.split(separator: "|", maxSplits: 1)
        guard let time = parts.first.flatMap({ Int64($0) }), time >= 0 else { return nil }
        return .chat(time, id: parts.count > 1 ? String(parts[1]) : nil)
    }
}

/// A place in a bookmark whose meaning hangs on the size of the pages: `place|size`.
struct SizedPlace: Hashable {
    var place: Int64
    /// Nil where the place is good for any size.
    var size: Int?

    init(_ place: Int64, size: Int?) {
        self.place = place
        self.size = size
    }

    /// Nil for a text that is none.
    init?(_ text: String) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard let place = parts.first.flatMap({ Int64($0) }) else { return nil }
        self.place = place
        guard parts.count == 2 else { return }
        guard let size = Int(parts[1]), size > 0 else { return nil }
        self.size = size
    }

    var text: String { size.map { "\(place)|\($0)" } ?? String(place) }
}

/// The times that a list is asked for, seconds since 1970.
///
/// A read that was broken off goes on with the same ones: they stand before the cursor in its bookmark.
struct ListWindow: Hashable {
    var start: Int64
    var end: Int64

    /// A bookmark's cursor as ``text(_:)`` made it: where the list was asked to start, and Zendesk's cursor.
    static func parts(_ text: String) -> (start: Int64?, cursor: String) {
        let parts = text.split(separator: "|", maxSplits: 1)
        guard parts.count == 2, let start = Int64(parts[0]) else { return (nil, text) }
        return (start, String(parts[1]))
    }

    func text(_ cursor: String) -> String { "\(start)|\(cursor)" }
}
