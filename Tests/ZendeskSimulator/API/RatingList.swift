/// `/satisfaction_ratings`: a cursor list, bounded by the time of creation and by score.
enum RatingList {
    private static let names = ["start_time", "end_time", "score", "sort"]

    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let choice = try choice(request, backend)
        var out = JSONBytes()
        out.raw("{\"satisfaction_ratings\":[")
        var page: World.PlacedPage
        guard request.isCursorPaged else {
            let (number, size, isOversized) = try request.numberedPage()
            let skip = (number - 1) * size
            let total: Int
            (out, page, total) = await backend.world.ratings(
                choice,
                after: nil,
                skip: skip,
                limit: size,
                appendingTo: out
            )
            out.raw("]")
            out.offsetTail(page: number, size: size, total: total, request, keeping: names)
            out.raw("}")
            var response = APIResponse.json(out)
            if isOversized { response.violation = .pageSize }
            return response
        }
        let size = try request.pageSize()
        let after = try request.pageAfter()
        (out, page, _) = await backend.world.ratings(choice, after: after, limit: size, appendingTo: out)
        out.raw("]")
        out.cursorTail(page, request, size: size, keeping: names)
        out.raw("}")
        return .json(out)
    }

    private static func choice(
        _ request: APIRequest,
        _ backend: Endpoint.Backend
    ) throws -> World.RatingChoice {
        var choice = World.RatingChoice()
        if request.has("start_time") { choice.start = try request.startTime(holdBack: backend.holdBack) }
        if request.has("end_time") { choice.end = try request.startTime("end_time", holdBack: backend.holdBack) }
        switch request.value("score") {
        case nil: break
        case "received": choice.scores = ["good", "bad"]
        case let score?: choice.scores = [score]
        }
        choice.isDescending = request.value("sort") == "-created_at"
        return choice
    }
}
