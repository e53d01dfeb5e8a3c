/// The custom fields of the account, and those of a ticket, written: an array of ids with values of any kind.
enum CustomFields {
    /// The keys and types of the members of `user_fields`, as `/user_fields` has to list them.
    static let users: [(key: String, type: String)] = [
        ("plan", "dropdown"), ("seats", "integer"), ("is_vip", "checkbox"), ("score", "decimal"),
        ("signed_at", "date"), ("about", "text"), ("manager", "lookup"),
    ]

    /// The keys and types of the members of `organization_fields`, as `/organization_fields` has to list them.
    static let organizations: [(key: String, type: String)] = [
        ("region", "dropdown"), ("arr", "decimal"), ("is_active", "checkbox"), ("renewal", "date"),
        ("sites", "integer"), ("motto", "text"), ("partner", "lookup"),
    ]

    /// The ids of the members of a ticket's `custom_fields`, as `/ticket_fields` has to list them.
    static let ticketIDs: [Int64] = (0..<count).map { 360_011_472_300 + Int64($0) * 19 }

    private static let count = 20

    static func append(to out: inout JSONBytes, _ draw: inout Draw) {
        out.raw("[")
        for position in 0..<count {
            if position > 0 { out.raw(",") }
            out.raw("{\"id\":")
            out.integer(ticketIDs[position])
            out.raw(",\"value\":")
            appendValue(position, to: &out, &draw)
            out.raw("}")
        }
        out.raw("]")
    }

    private static func appendValue(_ position: Int, to out: inout JSONBytes, _ draw: inout Draw) {
        guard !draw.chance(25) else { return out.raw("null") }
        switch position % 8 {
        case 0:
            out.raw("\"plan_gold_")
            out.integer(draw.below(10))
            out.raw("\"")
        case 1: out.integer(draw.below(1_000_000) - 1000)
        case 2: out.boolean(draw.chance(50))
        case 3: out.tags(4, &draw)
        case 4:
            out.integer(draw.below(10_000))
            out.raw(".50")
        case 5: out.raw("\"2026-03-01\"")
        case 6:
            out.raw("\"")
            out.raw(draw.pick(Phrases.subjects))
            out.raw("\"")
        default:
            // Text fields hold what people type: a number of their own, an empty string, one too long for a double.
            let texts: [StaticString] = ["\"\"", "\"00123\"", "\"12345678901234567890\"", "\" \"", "9007199254740993"]
            out.raw(draw.pick(texts))
        }
    }
}
