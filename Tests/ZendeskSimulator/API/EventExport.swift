/// `/incremental/ticket_events`: every audit of every ticket in the order of time, archived and deleted ones included.
///
/// Only `start_time`, as in ``IncrementalTimeExport``; comments come whole with `include=comment_events`.
enum EventExport {
    private static let largestPage = 1000

    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let asked = try request.number("per_page", standard: largestPage, within: 1...largestPage)
        let limit = min(asked, backend.largestExportPage)
        let start = try request.startTime(holdBack: backend.holdBack)
        var out = JSONBytes()
        out.raw("{\"ticket_events\":[")
        var page: World.ExportPage
        (out, page) = await backend.world.exportEvents(
            from: start,
            limit: limit,
            through: request.visibleSecond(holdBack: backend.holdBack),
            comments: request.includes.contains("comment_events"),
            appendingTo: out
        )
        out.raw("]")
        let end = page.last?.second ?? start
        out.timeTail(count: page.count, isEnd: page.isEnd, end: end, request, keeping: ["per_page", "include"])
        out.raw("}")
        return .json(out)
    }
}
