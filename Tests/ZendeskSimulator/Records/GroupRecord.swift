/// Writes a group. A deleted one stays, marked, and is listed only where asked for.
struct GroupRecord {
    let index: Int
    let row: Table.Row
    let population: Population

    func append(to out: inout JSONBytes) {
        var fixed = population.fixedDraw(.groups, index)
        var draw = population.versionDraw(.groups, index, row)
        let id = population.id(.groups, index)
        out.raw("{")
        out.url(population, "groups", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"is_public\":")
        out.boolean(fixed.chance(80))
        out.raw(",\"name\":\"")
        out.raw(fixed.pick(Phrases.groups))
        out.raw(" ")
        out.integer(index)
        out.raw("\",\"description\":\"")
        out.raw(draw.pick(Phrases.subjects))
        out.raw("\",\"default\":")
        out.boolean(index == 0)
        out.raw(",\"deleted\":")
        out.boolean(row.isDeleted)
        out.raw(",\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
        out.raw("}")
    }
}
