/// `start_time` first, then `cursor`; ordered by time of change and id; ends with `end_of_stream`.
struct IncrementalCursorExport: Sendable {
    private static let largestPage = 1000

    var stream: SimulatedStream

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        let asked = try request.number("per_page", standard: Self.largestPage, within: 1...Self.largestPage)
        let limit = min(asked, backend.largestExportPage)
        let start: World.Start
        var resume: ExportCursor
        if let text = request.value("cursor") {
            guard let cursor = ExportCursor(text: text) else { throw APIError.invalidCursor }
            start = .after(second: cursor.second, id: cursor.id)
            resume = cursor
        } else {
            let second = try request.startTime(holdBack: backend.holdBack)
            start = .second(second)
            resume = ExportCursor(second: second, id: 0)
        }
        let through = request.visibleSecond(holdBack: backend.holdBack)
        if backend.emptiesPage, let gap = await backend.world.gap(stream, from: start, through: through) {
            resume = ExportCursor(second: gap.second, id: gap.id)
            return .json(tail(of: opening(), World.ExportPage(isEnd: false), request, resume))
        }
        var out = opening()
        var page: World.ExportPage
        (out, page) = await backend.world.export(
            stream,
            from: start,
            limit: limit,
            through: through,
            includesDeleted: request.value("exclude_deleted") != "true",
            metricSets: request.includes.contains("metric_sets"),
            identities: isWithIdentities(request),
            appendingTo: out
        )
        // An end of stream has its cursor too: the next export starts there.
        if let last = page.last { resume = ExportCursor(second: last.second, id: last.id) }
        return .json(tail(of: out, page, request, resume))
    }

    private func isWithIdentities(_ request: APIRequest) -> Bool {
        stream == .users && request.includes.contains("identities")
    }

    private func opening() -> JSONBytes {
        var out = JSONBytes()
        out.raw("{")
        out.string(stream.rawValue)
        out.raw(":[")
        return out
    }

    private func tail(
        of records: JSONBytes,
        _ page: World.ExportPage,
        _ request: APIRequest,
        _ resume: ExportCursor
    ) -> JSONBytes {
        var out = records
        let kept = request.kept(["per_page", "include", "exclude_deleted"])
        out.raw("]")
        if isWithIdentities(request) {
            out.raw(",\"identities\":[")
            out.append(page.identities)
            out.raw("]")
        }
        out.raw(",\"after_url\":")
        out.string(request.link([("cursor", resume.text)] + kept))
        out.raw(",\"before_url\":null,\"after_cursor\":")
        out.string(resume.text)
        out.raw(",\"before_cursor\":null,\"end_of_stream\":")
        out.boolean(page.isEnd)
        out.raw("}")
        return out
    }
}
