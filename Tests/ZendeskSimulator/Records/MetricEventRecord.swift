/// Writes a metric event of a ticket.
struct MetricEventRecord {
    let id: Int64
    let ticketID: Int64
    let event: MetricLog.Event
    let second: UInt32
    let isDeleted: Bool

    func append(to out: inout JSONBytes) {
        out.raw("{\"id\":")
        out.integer(id)
        out.raw(",\"ticket_id\":")
        out.integer(ticketID)
        out.raw(",\"metric\":\"")
        out.raw(event.metric)
        out.raw("\",\"instance_id\":1,\"type\":\"")
        out.raw(event.type)
        out.raw("\",\"time\":")
        out.time(second)
        out.raw(",\"deleted\":")
        out.boolean(isDeleted)
        switch event.type.description {
        case "apply_sla":
            out.raw(",\"sla\":{\"target\":60,\"business_hours\":false,\"policy\":{\"id\":54337621815700,")
            out.raw("\"title\":\"Gold \\u0026 Silver\",\"description\":null},\"target_in_seconds\":3600}")
        case "update_status":
            out.raw(",\"status\":{\"business\":")
            out.integer(Int(id % 5000))
            out.raw(",\"calendar\":")
            out.integer(Int(id % 20_000))
            out.raw("}")
        default: break
        }
        out.raw("}")
    }
}
