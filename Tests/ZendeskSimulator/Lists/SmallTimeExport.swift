import Model

/// `start_time` over a small table, in the order of change, without `end_of_stream`.
///
/// Talk's form has a `next_page` for ever and shows the last record again for ever; Help Center's ends as the settings
/// say. As with Zendesk, more records in one second than a page holds turn a client in circles.
struct SmallTimeExport {
    private static let largestPage = 1000

    let table: ListTable
    /// Nil: `next_page` is never null.
    let end: ListSettings.ArticleEnd?
    /// Whatever is asked for.
    let mostRecords: Int

    func answer(_ request: APIRequest) throws -> APIResponse {
        let name = request.has("limit") ? "limit" : "per_page"
        let asked = try request.number(name, standard: Self.largestPage, within: 1...Self.largestPage)
        let limit = min(asked, mostRecords)
        let start = try request.startTime(holdBack: .zero)
        let rest = table.listedByChange.drop { second($0) < start }
        let chosen = page(of: rest, limit)
        let last = chosen.last.map(second) ?? start
        // Where an empty page is the end, the next page must not show the last second again.
        let next = end == .withEmptyPage && !chosen.isEmpty ? last + 1 : last
        var out = JSONBytes()
        out.raw("{")
        out.string(table.stream.envelopeName)
        out.raw(":[")
        table.append(chosen, to: &out)
        out.raw("],\"count\":")
        out.integer(chosen.count)
        out.raw(",\"end_time\":")
        out.integer(last)
        out.raw(",\"next_page\":")
        let link = request.link(request.kept(["limit", "per_page", "include"]) + [("start_time", String(next))])
        out.stringOrNull(end == .withoutNextPage && rest.count <= limit ? nil : link)
        out.raw("}")
        return .json(out)
    }

    private func second(_ index: Int) -> Int64 { table.rows[index].updated.seconds }

    private func page(of rest: ArraySlice<Int>, _ limit: Int) -> ArraySlice<Int> {
        let page = rest.prefix(limit)
        guard end == .withEmptyPage, let last = page.last.map(second) else { return page }
        // A page that is not followed by its own last second holds all of it.
        return rest.prefix { second($0) <= last }
    }
}
