/// `/tickets/{id}/audits`: all of them, oldest first, archived tickets' too.
///
/// An archived ticket's come at once, whatever page was asked for, and without `meta`. A deleted ticket has none.
enum TicketAudits {
    static func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        guard let id = request.capturedID() else { throw APIError.invalidEndpoint }
        let state = await backend.world.state(ofTicket: id)
        var out = JSONBytes()
        out.raw("{\"audits\":[")
        var page: World.PlacedPage
        switch state {
        case .unknown, .deleted:
            throw APIError.notFound
        case .archived:
            let total: Int
            (out, page, total) = await backend.world.audits(ofTicket: id, after: nil, limit: .max, appendingTo: out)
            out.raw("],\"next_page\":null,\"previous_page\":null,\"count\":")
            out.integer(total)
        case .live where request.isCursorPaged:
            let size = try request.pageSize()
            let after = try request.pageAfter()?.id
            (out, page, _) = await backend.world.audits(ofTicket: id, after: after, limit: size, appendingTo: out)
            out.raw("]")
            out.cursorTail(page, request, size: size)
        case .live:
            let (number, size, isOversized) = try request.numberedPage()
            let total: Int
            (out, page, total) = await backend.world.audits(
                ofTicket: id,
                after: nil,
                skip: (number - 1) * size,
                limit: size,
                appendingTo: out
            )
            out.raw("]")
            out.offsetTail(page: number, size: size, total: total, request)
            out.raw("}")
            var response = APIResponse.json(out)
            if isOversized { response.violation = .pageSize }
            return response
        }
        out.raw("}")
        return .json(out)
    }
}
