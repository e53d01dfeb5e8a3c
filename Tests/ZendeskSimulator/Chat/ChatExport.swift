import Model

/// `start_time`, inclusive, with `start_id` for the records of one time: what follows that record, never it again.
///
/// `next_page` is never null, and leads from the last record on. Without `fields=NAME(*)` records say little but their
/// ids.
struct ChatExport: Sendable {
    private static let largestPage = 1000

    /// Times are in microseconds, not seconds.
    var isInMicroseconds = false
    /// What a record says without `fields`; the first is what `start_id` and `end_id` are, where ``hasIDs``.
    var brief: Set<String> = ["id"]
    /// False: the records have no ids, so that the last one comes again.
    var hasIDs = true

    func answer(_ request: APIRequest, _ table: ListTable, _ backend: Endpoint.Backend) throws -> APIResponse {
        let asked = try request.number("limit", standard: Self.largestPage, within: 1...Self.largestPage)
        let limit = min(asked, backend.largestExportPage)
        let start = try startTime(request, backend.lists.chat)
        let startID = hasIDs ? request.value("start_id") : nil
        let rest = table.listedByChange.drop { index in
            let time = time(index, table)
            if let startID, time == start { return !startID.utf8.lexicographicallyPrecedes(table.key(index).utf8) }
            return time < start
        }
        let page = rest.prefix(limit)
        let end = page.last.map { time($0, table) } ?? start
        let endID = hasIDs ? page.last.map(table.key) ?? startID : nil
        return .json(body(page, end, endID, request, table))
    }

    private func body(
        _ page: ArraySlice<Int>,
        _ end: Int64,
        _ endID: String?,
        _ request: APIRequest,
        _ table: ListTable
    ) -> JSONBytes {
        let name = table.stream.envelopeName
        let isWhole = request.value("fields") == "\(name)(*)"
        var out = JSONBytes()
        out.raw("{")
        out.string(name)
        out.raw(":[")
        for index in page {
            if index != page.first { out.raw(",") }
            let record = table.record(index)
            out.append(isWhole ? record : record.keeping(brief))
        }
        out.raw("],\"count\":")
        out.integer(page.count)
        if hasIDs {
            out.raw(",\"end_id\":")
            out.stringOrNull(endID)
        }
        out.raw(",\"end_time\":")
        out.integer(end)
        out.raw(",\"next_page\":")
        var items = request.kept(["fields", "limit"]) + [("start_time", String(end))]
        if let endID { items.append(("start_id", endID)) }
        // Unlike Support's, Chat's paths have no ending.
        out.string(request.link(items).replacing(".json?", with: "?", maxReplacements: 1))
        out.raw("}")
        return out
    }

    private func startTime(_ request: APIRequest, _ settings: ChatSettings) throws -> Int64 {
        guard let text = request.value("start_time") else { return 0 }
        guard let start = Int64(text), start >= 0 else { throw APIError.chatInvalid("start_time is not a time") }
        let limit = request.time - settings.newestStart
        if settings.newestStart > .zero, start > (isInMicroseconds ? limit.microseconds : limit.seconds) {
            throw APIError.chatInvalid("start_time must be more than five minutes in the past")
        }
        return start
    }

    private func time(_ index: Int, _ table: ListTable) -> Int64 {
        let time = table.rows[index].updated
        return isInMicroseconds ? time.microseconds : time.seconds
    }
}
