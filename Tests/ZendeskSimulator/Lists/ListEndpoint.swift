/// The endpoint of a small table: finds what is there at this moment, and answers in the stream's dialect.
struct ListEndpoint: Sendable {
    let stream: ListStream

    /// Every path of the small tables of Support, Talk and Help Center.
    static let endpoints: [Endpoint] = ListStream.ofSupport.map { stream in
        let answer =
            stream.name == Holidays.stream
            ? Holidays(stream: stream).answer
            : ListEndpoint(stream: stream).answer
        return Endpoint(path: "/api/v2/" + stream.path, bucket: stream.bucket, access: stream.access, answer: answer)
    }

    func answer(_ request: APIRequest, _ backend: Endpoint.Backend) async throws -> APIResponse {
        try backend.lists.admit(stream)
        guard let table = backend.lists.table(stream.name) else { throw APIError.notFound }
        let most = backend.largestExportPage
        switch stream.dialect {
        case .cursor:
            return try SmallCursorList(table: table).answer(request)
        case .offset:
            return try SmallOffsetList(table: table).answer(request)
        case .single:
            return SmallOffsetList(table: table).whole()
        case .timeWithoutEnd:
            return try SmallTimeExport(table: table, end: nil, mostRecords: most).answer(request)
        case .timeWithEnd:
            let end = backend.lists.settings.articleEnd
            return try SmallTimeExport(table: table, end: end, mostRecords: most).answer(request)
        case .array, .object, .sinceID, .sinceIDOver:
            return try ChatList(table: table).answer(request)
        case .chatExport(let export):
            return try export.answer(request, table, backend)
        }
    }
}

extension ListStream {
    /// Every small table of the account.
    static let all: [ListStream] = ofSupport + ofChat

    /// A new one is one entry here, or in a list that is named here.
    static let ofSupport: [ListStream] = fields + rules + people + business + administration + talk + helpCenter
}
