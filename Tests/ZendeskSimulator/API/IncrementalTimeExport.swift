/// Only `start_time`, which is inclusive: a page ends within a second, and the next one reads that second again.
///
/// As with Zendesk, more records in one second than a page holds make a client that only follows `next_page` go round
/// in circles.
struct IncrementalTimeExport: Sendable {
    private static let largestPage = 1000

    var stream: SimulatedStream

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let asked = try request.number("per_page", standard: Self.largestPage, within: 1...Self.largestPage)
        let limit = min(asked, backend.largestExportPage)
        let start = try request.startTime(holdBack: backend.holdBack)
        var out = JSONBytes()
        out.raw("{")
        out.string(stream.rawValue)
        out.raw(":[")
        var page: World.ExportPage
        (out, page) = await backend.world.export(
            stream,
            from: .second(start),
            limit: limit,
            through: request.visibleSecond(holdBack: backend.holdBack),
            includesDeleted: true,
            metricSets: false,
            appendingTo: out
        )
        let end = page.last?.second ?? start
        out.raw("]")
        out.timeTail(count: page.count, isEnd: page.isEnd, end: end, request, keeping: ["per_page", "include"])
        out.raw("}")
        return .json(out)
    }
}
