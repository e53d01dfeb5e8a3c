import Foundation

/// `page[size]` and `page[after]`; ends with `meta.has_more`. The links are there on the last page too.
///
/// Without `page[size]` it is an ``OffsetList``, as with Zendesk.
struct CursorList: Sendable {
    private static let largestPage = 100

    var stream: SimulatedStream

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        guard request.has("page[size]") || request.has("page[after]") || request.has("page[before]") else {
            return try await OffsetList(stream: stream).answer(request, backend)
        }
        let size = try request.number("page[size]", standard: Self.largestPage, within: 1...Self.largestPage)
        var out = JSONBytes()
        out.raw("{")
        out.string(stream.rawValue)
        out.raw(":[")
        var page: World.ListPage
        (out, page) = await backend.world.list(
            stream,
            after: try request.value("page[after]").map(Self.id(ofCursor:)),
            before: try request.value("page[before]").map(Self.id(ofCursor:)),
            limit: size,
            includesDeleted: request.value("exclude_deleted") == "false",
            appendingTo: out
        )
        let kept = request.kept(["exclude_deleted", "include"]) + [("page[size]", String(size))]
        let after = page.lastID.map(Self.cursor(ofID:))
        let before = page.firstID.map(Self.cursor(ofID:))
        out.raw("],\"meta\":{\"has_more\":")
        out.boolean(page.hasMore)
        out.raw(",\"after_cursor\":")
        out.stringOrNull(after)
        out.raw(",\"before_cursor\":")
        out.stringOrNull(before)
        out.raw("},\"links\":{\"prev\":")
        out.stringOrNull(before.map { request.link([("page[before]", $0)] + kept) })
        out.raw(",\"next\":")
        out.stringOrNull(after.map { request.link([("page[after]", $0)] + kept) })
        out.raw("}}")
        return .json(out)
    }

    /// Base64 of `{"o":"id","v":"<base64 of the id's bytes>"}`.
    private static func cursor(ofID id: Int64) -> String {
        let packed = withUnsafeBytes(of: id.bigEndian) { Data($0) }.base64EncodedString()
        return Data(#"{"o":"id","v":"\#(packed)"}"#.utf8).base64EncodedString()
    }

    private static func id(ofCursor cursor: String) throws -> Int64 {
        guard let outer = Data(base64Encoded: cursor),
            let values = try? JSONDecoder().decode([String: String].self, from: outer),
            let packed = values["v"].flatMap({ Data(base64Encoded: $0) }), packed.count == 8
        else { throw APIError.invalidCursor }
        return packed.reduce(0) { $0 << 8 | Int64($1) }
    }
}

extension JSONBytes {
    mutating func stringOrNull(_ value: String?) {
        if let value { string(value) } else { raw("null") }
    }
}
