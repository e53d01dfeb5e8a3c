import Foundation
import Model

/// `page[size]` and `page[after]` over a small table; ends with `meta.has_more`, never by its links.
///
/// `sort=created_at` goes up, nothing and `-created_at` go down where the stream is one of dated entries
/// (`audit_logs`); `filter[created_at][]`, given twice, bounds them, both ends included.
struct SmallCursorList {
    private static let largestPage = 100

    let table: ListTable

    func answer(_ request: APIRequest) throws -> APIResponse {
        guard request.has("page[size]") || request.has("page[after]") || request.has("page[before]") else {
            return try SmallOffsetList(table: table).answer(request)
        }
        let size = try request.number("page[size]", standard: Self.largestPage, within: 1...Self.largestPage)
        let matching = try chosen(request)
        let window = try self.window(matching, request, size)
        var out = JSONBytes()
        out.raw("{")
        out.string(table.stream.envelopeName)
        out.raw(":[")
        table.append(window.indices, to: &out)
        out.raw("],\"meta\":{\"has_more\":")
        out.boolean(window.hasMore)
        let after = window.indices.last.map(Self.cursor(of:))
        let before = window.indices.first.map(Self.cursor(of:))
        out.raw(",\"after_cursor\":")
        out.stringOrNull(after)
        out.raw(",\"before_cursor\":")
        out.stringOrNull(before)
        out.raw("}")
        // Jira's links come under the name that a cursor list's own links have, which it then lacks.
        if table.stream.envelopeName != "links" {
            let kept = request.kept(["include", "sort", "filter[created_at][]"]) + [("page[size]", String(size))]
            out.raw(",\"links\":{\"prev\":")
            out.stringOrNull(before.map { request.link([("page[before]", $0)] + kept) })
            out.raw(",\"next\":")
            out.stringOrNull(after.map { request.link([("page[after]", $0)] + kept) })
            out.raw("}")
        }
        out.raw("}")
        return .json(out)
    }

    /// The records asked for, in the order asked for.
    private func chosen(_ request: APIRequest) throws -> [Int] {
        guard table.stream.name == "audit_logs" else { return table.listed }
        let bounds = try request.kept(["filter[created_at][]"]).map { item in
            guard let time = Timestamp(parsing: item.value) else { throw APIError.invalidFilter }
            return time
        }
        guard bounds.isEmpty || bounds.count == 2 else { throw APIError.invalidFilter }
        let matching = table.listed.filter { index in
            let created = Timestamp(seconds: table.rows[index].created.seconds)
            return bounds.isEmpty || bounds[0] <= created && created <= bounds[1]
        }
        return request.value("sort") == "created_at" ? matching : matching.reversed()
    }

    private func window(
        _ matching: [Int],
        _ request: APIRequest,
        _ size: Int
    ) throws -> (indices: ArraySlice<Int>, hasMore: Bool) {
        let isAscending = matching.first ?? 0 <= matching.last ?? 0
        if let after = try request.value("page[after]").map(Self.index(ofCursor:)) {
            let rest = matching.drop { isAscending ? $0 <= after : $0 >= after }
            return (rest.prefix(size), rest.count > size)
        }
        if let before = try request.value("page[before]").map(Self.index(ofCursor:)) {
            let rest = matching.prefix { isAscending ? $0 < before : $0 > before }
            return (rest.suffix(size), rest.count > size)
        }
        return (matching.prefix(size), matching.count > size)
    }

    /// Base64 of `{"o":"id","v":"<base64 of the position's bytes>"}`.
    private static func cursor(of index: Int) -> String {
        let packed = withUnsafeBytes(of: Int64(index).bigEndian) { Data($0) }.base64EncodedString()
        return Data(#"{"o":"id","v":"\#(packed)"}"#.utf8).base64EncodedString()
    }

    private static func index(ofCursor cursor: String) throws -> Int {
        // What is wrong with a cursor does not matter: it is refused in one way.
        guard let outer = Data(base64Encoded: cursor),
            let values = try? JSONDecoder().decode([String: String].self, from: outer),
            let packed = values["v"].flatMap({ Data(base64Encoded: $0) }), packed.count == 8
        else { throw APIError.invalidCursor }
        return Int(packed.reduce(0) { $0 << 8 | Int64($1) })
    }
}

extension APIError {
    static let invalidFilter = APIError.invalidRequest("filter[created_at] takes two dates")
}
