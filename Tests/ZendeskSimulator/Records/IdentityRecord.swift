/// Writes the identities of a user: an address, and for some a number or an account elsewhere.
struct IdentityRecord {
    let index: Int
    let row: Table.Row
    let population: Population

    /// Appends each, with `separator` between two, and says how many there were.
    func append(to out: inout JSONBytes, separator: StaticString) -> Int {
        var fixed = Draw(seed: population.seed ^ 0x27BB_2EE6_87B0_B0FD, stream: .users, index: index, version: 0)
        var draw = population.versionDraw(.users, index, row)
        let count = 1 + fixed.below(3)
        for position in 0..<count {
            if position > 0 { out.raw(separator) }
            append(position, isVerified: draw.chance(80), to: &out)
        }
        return count
    }

    private func append(_ position: Int, isVerified: Bool, to out: inout JSONBytes) {
        let types: [StaticString] = ["email", "phone_number", "twitter"]
        let id = 28_850_000_000_000 + Int64(index) * 8 + Int64(position)
        out.raw("{")
        out.url(population, "identities", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"user_id\":")
        out.integer(population.id(.users, index))
        out.raw(",\"type\":\"")
        out.raw(types[position])
        out.raw("\",\"value\":\"")
        switch position {
        case 0: out.text("user\(index)@example.com")
        case 1: out.text("+49301\(1_000_000 + index)")
        default: out.text("user_\(index)")
        }
        out.raw("\",\"verified\":")
        out.boolean(isVerified)
        out.raw(",\"primary\":")
        out.boolean(position == 0)
        out.raw(",\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
        if position == 0 { out.raw(",\"undeliverable_count\":0,\"deliverable_state\":\"deliverable\"") }
        out.raw("}")
    }
}
