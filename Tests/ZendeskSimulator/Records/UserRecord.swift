/// Writes a user. A deleted one stays, inactive and without an address.
struct UserRecord {
    let index: Int
    let row: Table.Row
    let population: Population

    /// Deleted for good, which every fourth deleted user is.
    private var isGone: Bool { row.isDeleted && index % 4 == 1 }

    func append(to out: inout JSONBytes) {
        var fixed = population.fixedDraw(.users, index)
        var draw = population.versionDraw(.users, index, row)
        let id = population.id(.users, index)
        let isAgent = index == 0 || fixed.chance(8)
        out.raw("{\"id\":")
        out.integer(id)
        out.raw(",")
        out.url(population, "users", id)
        out.raw(",\"name\":\"")
        let name = fixed.pick(Phrases.names)
        out.raw(isGone ? "Permanently Deleted User" : name)
        out.raw("\",\"email\":")
        if row.isDeleted || fixed.chance(5) {
            out.raw("null")
        } else {
            out.raw("\"user")
            out.integer(index)
            out.raw("@example.com\"")
        }
        out.raw(",\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
        out.raw(",\"time_zone\":\"Berlin\",\"iana_time_zone\":\"Europe/Berlin\",\"phone\":")
        if draw.chance(30) { out.raw("\"+49301234567\"") } else { out.raw("null") }
        out.raw(",\"shared_phone_number\":null,\"photo\":")
        appendPhoto(to: &out, &fixed)
        out.raw(",\"locale_id\":1,\"locale\":\"en-US\",\"organization_id\":")
        out.integerOrNull(fixed.chance(60) ? population.reference(.organizations, &fixed) : nil)
        out.raw(",\"role\":")
        if index == 0 { out.raw("\"admin\"") } else if isAgent { out.raw("\"agent\"") } else { out.raw("\"end-user\"") }
        out.raw(",\"verified\":")
        out.boolean(draw.chance(80))
        out.raw(",\"external_id\":null,\"tags\":")
        out.tags(3, &draw)
        out.raw(",\"alias\":null,\"active\":")
        out.boolean(!row.isDeleted)
        out.raw(",\"shared\":false,\"shared_agent\":false,\"last_login_at\":")
        if isAgent { out.time(row.updated) } else { out.raw("null") }
        out.raw(",\"two_factor_auth_enabled\":null,\"signature\":null,\"details\":\"\",\"notes\":\"")
        out.raw(draw.pick(Phrases.subjects))
        out.raw("\",\"role_type\":null,\"custom_role_id\":null,\"moderator\":")
        out.boolean(isAgent)
        out.raw(",\"ticket_restriction\":\"requested\",\"only_private_comments\":false,\"restricted_agent\":true,")
        out.raw("\"suspended\":")
        out.boolean(draw.chance(2))
        out.raw(",\"default_group_id\":")
        out.integerOrNull(isAgent ? population.reference(.groups, &fixed) : nil)
        out.raw(",\"report_csv\":false,\"user_fields\":")
        appendFields(to: &out, &draw)
        if population.isOdd { OddData.append(index, row, to: &out) }
        out.raw("}")
    }

    private func appendPhoto(to out: inout JSONBytes, _ draw: inout Draw) {
        guard draw.chance(30) else { return out.raw("null") }
        let id = 6_130_000_000_000 + Int64(index)
        out.raw("{")
        out.url(population, "attachments", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"file_name\":\"photo.png\",\"content_url\":\"https://example.com/photo.png\",")
        out.raw("\"content_type\":\"image/png\",\"size\":2532,\"width\":80,\"height\":80,\"inline\":false,")
        out.raw("\"deleted\":false,\"thumbnails\":[{\"id\":")
        out.integer(id + 1)
        out.raw(",\"file_name\":\"photo_thumb.png\",\"content_type\":\"image/png\",\"size\":1532,\"width\":32}]}")
    }

    private func appendFields(to out: inout JSONBytes, _ draw: inout Draw) {
        out.raw("{\"plan\":")
        if draw.chance(70) { out.raw("\"gold\"") } else { out.raw("null") }
        out.raw(",\"seats\":")
        out.integer(draw.below(500))
        out.raw(",\"is_vip\":")
        out.boolean(draw.chance(10))
        out.raw(",\"score\":")
        out.integer(draw.below(100))
        out.raw(".25,\"signed_at\":")
        if draw.chance(50) { out.raw("\"2026-02-03T00:00:00+00:00\"") } else { out.raw("null") }
        out.raw(",\"about\":")
        // What looks like a number stays text.
        if draw.chance(50) { out.raw("\"00123\"") } else { out.raw("null") }
        out.raw(",\"manager\":")
        let manager = draw.chance(30) ? population.reference(.users, &draw) : nil
        if let manager { out.text("\"\(manager)\"") } else { out.raw("null") }
        out.raw("}")
    }
}
