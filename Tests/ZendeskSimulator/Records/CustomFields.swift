/// Writes the custom fields of a ticket: an array of ids with values of any kind.
enum CustomFields {
    private static let count = 20

    static func append(to out: inout JSONBytes, _ draw: inout Draw) {
        out.raw("[")
        for position in 0..<count {
            if position > 0 { out.raw(",") }
            out.raw("{\"id\":")
            out.integer(360_011_472_300 + Int64(position) * 19)
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
