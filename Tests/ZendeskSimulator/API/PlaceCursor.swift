import Foundation

/// The cursor of a list that is ordered by time and id: base64 of `{"o":"…","v":"<base64 of both, packed>"}`.
enum PlaceCursor {
    static func text(_ place: World.Place) -> String {
        var packed = withUnsafeBytes(of: place.second.bigEndian) { Data($0) }
        packed += withUnsafeBytes(of: place.id.bigEndian) { Data($0) }
        return Data(#"{"o":"created_at,id","v":"\#(packed.base64EncodedString())"}"#.utf8).base64EncodedString()
    }

    static func place(_ text: String) throws -> World.Place {
        // What is wrong with a cursor does not matter: it is refused in one way.
        guard let outer = Data(base64Encoded: text),
            let values = try? JSONDecoder().decode([String: String].self, from: outer),
            let packed = values["v"].flatMap({ Data(base64Encoded: $0) }), packed.count == 16
        else { throw APIError.invalidCursor }
        func number(_ bytes: Data) -> Int64 { bytes.reduce(0) { $0 << 8 | Int64($1) } }
        return World.Place(second: number(packed.prefix(8)), id: number(packed.suffix(8)))
    }
}

extension JSONBytes {
    /// `,"meta":{…},"links":{…}` after the records of a cursor list's page; the links are there on the last page too.
    mutating func cursorTail(_ page: World.PlacedPage, _ request: APIRequest, size: Int, keeping names: [String] = []) {
        let kept = request.kept(names) + [("page[size]", String(size))]
        let after = page.last.map(PlaceCursor.text)
        let before = page.first.map(PlaceCursor.text)
        raw(",\"meta\":{\"has_more\":")
        boolean(page.hasMore)
        raw(",\"after_cursor\":")
        stringOrNull(after)
        raw(",\"before_cursor\":")
        stringOrNull(before)
        raw("},\"links\":{\"prev\":")
        stringOrNull(before.map { request.link([("page[before]", $0)] + kept) })
        raw(",\"next\":")
        stringOrNull(after.map { request.link([("page[after]", $0)] + kept) })
        raw("}")
    }

    /// `,"next_page":…,"previous_page":…,"count":…` after the records of a numbered page.
    mutating func offsetTail(page: Int, size: Int, total: Int, _ request: APIRequest, keeping names: [String] = []) {
        let kept = request.kept(names + ["per_page"])
        raw(",\"next_page\":")
        stringOrNull(page * size < total ? request.link(kept + [("page", String(page + 1))]) : nil)
        raw(",\"previous_page\":")
        stringOrNull(page > 1 ? request.link(kept + [("page", String(page - 1))]) : nil)
        raw(",\"count\":")
        integer(total)
    }

    /// `,"count":…,"end_of_stream":…,"end_time":…,"next_page":…` after the records of a time export's page.
    mutating func timeTail(count: Int, isEnd: Bool, end: Int64, _ request: APIRequest, keeping names: [String]) {
        raw(",\"count\":")
        integer(count)
        raw(",\"end_of_stream\":")
        boolean(isEnd)
        raw(",\"end_time\":")
        integer(end)
        raw(",\"next_page\":")
        string(request.link(request.kept(names) + [("start_time", String(end))]))
    }
}

extension APIRequest {
    static let largestPage = 100

    /// Asked for by a cursor, not by the number of a page.
    var isCursorPaged: Bool { has("page[size]") || has("page[after]") || has("page[before]") }

    func pageSize(most: Int = largestPage) throws -> Int {
        try number("page[size]", standard: Self.largestPage, within: 1...most)
    }

    /// Where a cursor list goes on.
    func pageAfter() throws -> World.Place? { try value("page[after]").map(PlaceCursor.place) }

    /// The number and size of a numbered page. A size that is too large is cut, one that is too deep refused.
    func numberedPage() throws -> (page: Int, size: Int, isOversized: Bool) {
        let page = try number("page", standard: 1, within: 1...Int(Int32.max))
        let size = try number("per_page", standard: Self.largestPage, within: 1...Int(Int32.max))
        guard page <= 100 else { throw APIError.tooDeep }
        return (page, min(size, Self.largestPage), size > Self.largestPage)
    }
}
