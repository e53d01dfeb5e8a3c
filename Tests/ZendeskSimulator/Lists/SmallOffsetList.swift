/// `page` and `per_page` over a small table, or all of it in one answer; ends with `next_page == null`.
struct SmallOffsetList {
    private static let largestPage = 100
    private static let deepestPage = 100

    let table: ListTable

    func answer(_ request: APIRequest) throws -> APIResponse {
        let page = try request.number("page", standard: 1, within: 1...Int(Int32.max))
        // A size that is too large is cut here, where a cursor list would refuse it.
        let asked = try request.number("per_page", standard: Self.largestPage, within: 1...Int(Int32.max))
        let size = min(asked, Self.largestPage)
        guard page <= Self.deepestPage else { throw APIError.tooDeep }
        let listed = table.listed
        let kept = request.kept(["include", "per_page"])
        var response = answer(
            listed.dropFirst((page - 1) * size).prefix(size),
            of: listed.count,
            next: page * size < listed.count ? request.link(kept + [("page", String(page + 1))]) : nil,
            previous: page > 1 ? request.link(kept + [("page", String(page - 1))]) : nil
        )
        if asked > size { response.violation = .pageSize }
        return response
    }

    /// All records at once, in the form of a last page.
    func whole() -> APIResponse {
        answer(table.listed[...], of: table.listed.count, next: nil, previous: nil)
    }

    private func answer(_ chosen: ArraySlice<Int>, of count: Int, next: String?, previous: String?) -> APIResponse {
        var out = JSONBytes()
        out.raw("{")
        out.string(table.stream.envelopeName)
        out.raw(":[")
        table.append(chosen, to: &out)
        out.raw("],\"next_page\":")
        out.stringOrNull(next)
        out.raw(",\"previous_page\":")
        out.stringOrNull(previous)
        out.raw(",\"count\":")
        out.integer(count)
        out.raw("}")
        return .json(out)
    }
}
