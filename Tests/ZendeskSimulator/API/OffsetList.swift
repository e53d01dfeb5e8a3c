/// `page` and `per_page`; ends with `next_page == null`, and refuses to go deeper than 10,000 records.
struct OffsetList: Sendable {
    private static let largestPage = 100
    private static let deepestPage = 100

    var stream: SimulatedStream

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let page = try request.number("page", standard: 1, within: 1...Int(Int32.max))
        // A size that is too large is cut here, where a cursor list would refuse it.
        let asked = try request.number("per_page", standard: Self.largestPage, within: 1...Int(Int32.max))
        let size = min(asked, Self.largestPage)
        guard page <= Self.deepestPage else { throw APIError.tooDeep }
        var out = JSONBytes()
        out.raw("{")
        out.string(stream.rawValue)
        out.raw(":[")
        let total: Int
        (out, total) = await backend.world.list(
            stream,
            page: page,
            size: size,
            includesDeleted: request.value("exclude_deleted") == "false",
            appendingTo: out
        )
        let kept = request.kept(["exclude_deleted", "include", "per_page"])
        out.raw("],\"next_page\":")
        out.stringOrNull(page * size < total ? request.link(kept + [("page", String(page + 1))]) : nil)
        out.raw(",\"previous_page\":")
        out.stringOrNull(page > 1 ? request.link(kept + [("page", String(page - 1))]) : nil)
        out.raw(",\"count\":")
        out.integer(total)
        out.raw("}")
        var response = APIResponse.json(out)
        if asked > size { response.violation = .pageSize }
        return response
    }
}
