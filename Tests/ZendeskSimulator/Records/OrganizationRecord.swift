/// Writes an organization. A deleted one stays, with its time of deletion and another name.
struct OrganizationRecord {
    let index: Int
    let row: Table.Row
    let population: Population

    func append(to out: inout JSONBytes) {
        var fixed = population.fixedDraw(.organizations, index)
        var draw = population.versionDraw(.organizations, index, row)
        let id = population.id(.organizations, index)
        out.raw("{")
        out.url(population, "organizations", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"name\":\"")
        if row.isDeleted {
            out.integer(id)
            out.raw("_deleted_")
        }
        out.raw(fixed.pick(Phrases.companies))
        out.raw(" ")
        out.integer(index)
        out.raw("\",\"shared_tickets\":")
        out.boolean(draw.chance(20))
        out.raw(",\"shared_comments\":false,\"external_id\":null,\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
        out.raw(",\"domain_names\":[")
        if draw.chance(60) {
            out.raw("\"example")
            out.integer(index)
            out.raw(".com\",\"b\u{FC}ro.example\"")
        }
        out.raw("],\"details\":\"\",\"notes\":\"")
        out.raw(draw.pick(Phrases.sentences))
        out.raw("\",\"group_id\":")
        out.integerOrNull(draw.chance(30) ? population.reference(.groups, &draw) : nil)
        out.raw(",\"tags\":")
        out.tags(4, &draw)
        out.raw(",\"organization_fields\":{\"region\":\"EMEA\",\"arr\":")
        out.integer(draw.below(1_000_000))
        out.raw(".5,\"is_active\":")
        out.boolean(draw.chance(80))
        out.raw(",\"renewal\":")
        if draw.chance(50) { out.raw("\"2027-01-31T00:00:00+00:00\"") } else { out.raw("null") }
        out.raw(",\"sites\":")
        if draw.chance(80) { out.integer(draw.below(40)) } else { out.raw("null") }
        out.raw(",\"motto\":\"")
        out.raw(draw.pick(Phrases.subjects))
        out.raw("\",\"partner\":")
        let partner = draw.chance(30) ? population.reference(.organizations, &draw) : nil
        if let partner { out.text("\"\(partner)\"") } else { out.raw("null") }
        out.raw("},\"deleted_at\":")
        if row.isDeleted { out.time(row.updated) } else { out.raw("null") }
        if population.isOdd { OddData.append(index, row, to: &out) }
        out.raw("}")
    }
}
