/// Writes a ticket's metric set, which the tickets' export embeds on request.
struct TicketMetricSet {
    let index: Int
    let row: Table.Row
    let population: Population

    func append(to out: inout JSONBytes) {
        var draw = population.versionDraw(.tickets, index, row)
        let ticketID = population.id(.tickets, index)
        let id = 28_835_715_028_244 + Int64(index) * 128
        let replied = row.created + UInt32(draw.below(Int(row.updated - row.created) + 1))
        out.raw("{")
        out.url(population, "ticket_metrics", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"ticket_id\":")
        out.integer(ticketID)
        out.raw(",\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
        out.raw(",\"group_stations\":")
        out.integer(1 + draw.below(3))
        out.raw(",\"assignee_stations\":")
        out.integer(draw.below(4))
        out.raw(",\"reopens\":")
        out.integer(draw.below(3))
        out.raw(",\"replies\":")
        out.integer(draw.below(12))
        out.raw(",\"assignee_updated_at\":")
        out.time(replied)
        out.raw(",\"requester_updated_at\":")
        out.time(replied)
        out.raw(",\"status_updated_at\":")
        out.time(row.updated)
        out.raw(",\"initially_assigned_at\":")
        out.time(row.created)
        out.raw(",\"assigned_at\":")
        out.time(replied)
        if draw.chance(50) {
            out.raw(",\"solved_at\":")
            out.time(row.updated)
        } else {
            out.raw(",\"solved_at\":null")
        }
        out.raw(",\"latest_comment_added_at\":")
        out.time(row.updated)
        appendMinutes(to: &out, ",\"reply_time_in_minutes\":", &draw)
        appendMinutes(to: &out, ",\"first_resolution_time_in_minutes\":", &draw)
        appendMinutes(to: &out, ",\"full_resolution_time_in_minutes\":", &draw)
        appendMinutes(to: &out, ",\"agent_wait_time_in_minutes\":", &draw)
        appendMinutes(to: &out, ",\"requester_wait_time_in_minutes\":", &draw)
        appendMinutes(to: &out, ",\"on_hold_time_in_minutes\":", &draw)
        out.raw(",\"custom_status_updated_at\":")
        out.time(row.updated)
        out.raw("}")
    }

    private func appendMinutes(to out: inout JSONBytes, _ name: StaticString, _ draw: inout Draw) {
        out.raw(name)
        guard draw.chance(70) else { return out.raw("{\"calendar\":null,\"business\":null}") }
        let calendar = draw.below(20_000)
        out.raw("{\"calendar\":")
        out.integer(calendar)
        out.raw(",\"business\":")
        out.integer(calendar / 4)
        out.raw("}")
    }
}
