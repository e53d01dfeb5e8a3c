/// `/incremental/ticket_metric_events`: by `start_time` alone, or as a cursor list where `page[size]` is given.
///
/// Breaches of targets show before their time.
enum MetricEventExport {
    private static let largestPage = 1000

    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let start = try request.startTime(holdBack: backend.holdBack)
        var out = JSONBytes()
        out.raw("{\"ticket_metric_events\":[")
        var page: World.PlacedPage
        guard request.isCursorPaged else {
            let limit = try request.number("per_page", standard: largestPage, within: 1...largestPage)
            (out, page) = await backend.world.metricEvents(from: start, after: nil, limit: limit, appendingTo: out)
            out.raw("]")
            let end = page.last?.second ?? start
            let names = ["per_page", "include_changes"]
            out.timeTail(count: page.count, isEnd: !page.hasMore, end: end, request, keeping: names)
            out.raw("}")
            return .json(out)
        }
        let size = try pageSize(request, backend)
        let after = try request.pageAfter()
        (out, page) = await backend.world.metricEvents(from: start, after: after, limit: size, appendingTo: out)
        out.raw("]")
        out.cursorTail(page, request, size: size, keeping: ["start_time", "include_changes"])
        out.raw("}")
        return .json(out)
    }

    /// The largest page is documented as 100, and more are known to be given: asking for up to 1000 breaks no rule.
    private static func pageSize(_ request: APIRequest, _ backend: Endpoint.Backend) throws -> Int {
        do {
            return try request.pageSize(most: backend.largestMetricPage)
        } catch var error as APIError {
            if let asked = request.value("page[size]").flatMap({ Int($0) }), asked <= largestPage {
                error.response.violation = nil
            }
            throw error
        }
    }
}
