/// Chat's bare lists: all at once, the only record (in its envelope, if it has one), or from `since_id` on (inclusive) until a page is empty.
struct ChatList {
    private static let largestPage = 100

    let table: ListTable

    func answer(_ request: APIRequest) throws -> APIResponse {
        var out = JSONBytes()
        switch table.stream.dialect {
        case .object:
            out.append(table.stream.envelope.map { .object([(name: $0, value: only)]) } ?? only)
        case .sinceID:
            out.raw("[")
            table.append(try page(request), to: &out)
            out.raw("]")
        case .sinceIDOver(let types):
            try append(types, page(request), to: &out)
        default:
            out.raw("[")
            table.append(table.listed, to: &out)
            out.raw("]")
        }
        return .json(out)
    }

    private var only: JSONTree { table.listed.first.map(table.record) ?? .object([]) }

    private func page(_ request: APIRequest) throws -> ArraySlice<Int> {
        let limit = try request.number("limit", standard: Self.largestPage, within: 1...Self.largestPage)
        guard let text = request.value("since_id") else { return table.listed.prefix(limit) }
        guard let since = Int64(text) else { throw APIError.chatInvalid("since_id must be an integer") }
        return table.listed.drop { ListNumbering.id(table.stream.name, $0) < since }.prefix(limit)
    }

    /// `{"visitor":[…],"ip_address":[…]}`, each record in the list of its type.
    private func append(_ types: [String], _ indices: ArraySlice<Int>, to out: inout JSONBytes) {
        out.raw("{")
        for (position, type) in types.enumerated() {
            if position > 0 { out.raw(",") }
            out.string(type)
            out.raw(":[")
            table.append(indices.filter { table.record($0).isOf(type: type) }, to: &out)
            out.raw("]")
        }
        out.raw("}")
    }
}

extension JSONTree {
    /// An object whose member `type` is this text.
    fileprivate func isOf(type: String) -> Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { member in
            if member.name == "type", case .string(type) = member.value { true } else { false }
        }
    }
}
