/// Writes a ticket as the cursor export gives it.
struct TicketRecord {
    let index: Int
    let row: Table.Row
    let population: Population

    private var id: Int64 { population.id(.tickets, index) }

    func append(to out: inout JSONBytes, metricSet: Bool) {
        if row.isDeleted {
            appendDeleted(to: &out)
            return
        }
        var fixed = population.fixedDraw(.tickets, index)
        var draw = population.versionDraw(.tickets, index, row)
        out.raw("{")
        out.url(population, "tickets", id)
        out.raw(",\"id\":")
        out.integer(id)
        if draw.chance(20) {
            out.raw(",\"external_id\":\"ext-")
            out.integer(draw.below(100_000))
            out.raw("\"")
        } else {
            out.raw(",\"external_id\":null")
        }
        out.raw(",\"via\":")
        appendVia(to: &out, &fixed)
        appendTimes(to: &out)
        appendTexts(to: &out, &draw)
        appendPeople(to: &out, &fixed, &draw)
        appendFlags(to: &out, &draw)
        appendFields(to: &out, &draw)
        out.raw(",\"generated_timestamp\":")
        out.integer(Int64(row.generated))
        if population.isOdd { OddData.append(index, row, to: &out) }
        if metricSet {
            out.raw(",\"metric_set\":")
            TicketMetricSet(index: index, row: row, population: population).append(to: &out)
        }
        out.raw("}")
    }

    /// What is left of a deleted ticket: no people, no fields, no metric set.
    private func appendDeleted(to out: inout JSONBytes) {
        out.raw("{")
        out.url(population, "tickets", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"status\":\"deleted\"")
        appendTimes(to: &out)
        out.raw(",\"subject\":\"SCRUBBED\",\"raw_subject\":\"SCRUBBED\",\"description\":\"SCRUBBED\"")
        out.raw(",\"tags\":[],\"custom_fields\":[],\"fields\":[],\"generated_timestamp\":")
        out.integer(Int64(row.generated))
        out.raw("}")
    }

    private func appendTimes(to out: inout JSONBytes) {
        out.raw(",\"created_at\":")
        out.time(row.created)
        out.raw(",\"updated_at\":")
        out.time(row.updated)
    }

    private func appendVia(to out: inout JSONBytes, _ draw: inout Draw) {
        switch draw.below(5) {
        case 0:
            out.raw("{\"channel\":\"web\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}}")
        case 1:
            out.raw("{\"channel\":\"email\",\"source\":{\"from\":{\"address\":\"customer")
            out.integer(draw.below(1000))
            out.raw("@example.com\",\"name\":\"")
            out.raw(draw.pick(Phrases.names))
            out.raw("\"},\"to\":{\"name\":\"Support\",\"address\":\"support@example.com\"},\"rel\":null}}")
        case 2:
            out.raw("{\"channel\":\"api\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}}")
        case 3:
            out.raw("{\"channel\":\"voice\",\"source\":{\"from\":{\"formatted_phone\":\"+1 (619) 555-0")
            out.integer(100 + draw.below(900))
            out.raw("\",\"phone\":\"+16195550100\",\"name\":\"Caller\"},\"to\":{\"name\":\"Line\",")
            out.raw("\"brand_id\":6130830354842},\"rel\":\"inbound\"}}")
        default:
            out.raw("{\"channel\":\"web\",\"source\":{\"from\":{\"ticket_id\":")
            out.integer(1 + draw.below(1000))
            out.raw(",\"subject\":\"")
            out.raw(draw.pick(Phrases.subjects))
            out.raw("\",\"channel\":\"email\"},\"to\":{},\"rel\":\"follow_up\"}}")
        }
    }

    private func appendTexts(to out: inout JSONBytes, _ draw: inout Draw) {
        let types: [StaticString] = ["null", "\"question\"", "\"incident\"", "\"problem\"", "\"task\""]
        out.raw(",\"type\":")
        out.raw(draw.pick(types))
        let subject = draw.pick(Phrases.subjects)
        out.raw(",\"subject\":\"")
        out.raw(subject)
        out.raw(" #")
        out.integer(id)
        out.raw("\",\"raw_subject\":\"")
        out.raw(subject)
        out.raw(" #")
        out.integer(id)
        out.raw("\",\"description\":\"")
        for _ in 0..<(4 + draw.below(6)) { out.raw(draw.pick(Phrases.sentences)) }
        if population.isOdd, index == 3 { out.appendLongText() }
        let priorities: [StaticString] = ["null", "\"low\"", "\"normal\"", "\"high\"", "\"urgent\""]
        out.raw("\",\"priority\":")
        out.raw(draw.pick(priorities))
        let statuses: [StaticString] = ["new", "open", "pending", "hold", "solved", "closed"]
        out.raw(",\"status\":\"")
        let status = draw.pick(statuses)
        out.raw(population.isArchived(index, row) ? "closed" : status)
        if draw.chance(50) {
            out.raw("\",\"recipient\":\"support@example.com\"")
        } else {
            out.raw("\",\"recipient\":null")
        }
    }

    private func appendPeople(to out: inout JSONBytes, _ fixed: inout Draw, _ draw: inout Draw) {
        out.raw(",\"requester_id\":")
        out.integerOrNull(population.reference(.users, &fixed))
        out.raw(",\"submitter_id\":")
        out.integerOrNull(population.reference(.users, &fixed))
        out.raw(",\"assignee_id\":")
        out.integerOrNull(draw.chance(80) ? population.reference(.users, &draw) : nil)
        out.raw(",\"organization_id\":")
        out.integerOrNull(fixed.chance(70) ? population.reference(.organizations, &fixed) : nil)
        out.raw(",\"group_id\":")
        out.integerOrNull(draw.chance(90) ? population.reference(.groups, &draw) : nil)
        out.raw(",\"collaborator_ids\":")
        out.users(3, population, &draw)
        out.raw(",\"follower_ids\":")
        out.users(2, population, &draw)
        out.raw(",\"email_cc_ids\":")
        out.users(1, population, &draw)
    }

    private func appendFlags(to out: inout JSONBytes, _ draw: inout Draw) {
        out.raw(",\"forum_topic_id\":null,\"problem_id\":null,\"has_incidents\":")
        out.boolean(draw.chance(5))
        out.raw(",\"is_public\":")
        out.boolean(draw.chance(95))
        out.raw(",\"due_at\":")
        if draw.chance(20) { out.time(row.created + 604_800) } else { out.raw("null") }
        out.raw(",\"tags\":")
        out.tags(5, &draw)
    }

    /// `fields` repeats `custom_fields` byte for byte, as Zendesk does.
    private func appendFields(to out: inout JSONBytes, _ draw: inout Draw) {
        out.raw(",\"custom_fields\":")
        let start = out.count
        CustomFields.append(to: &out, &draw)
        let end = out.count
        out.raw(",\"satisfaction_rating\":")
        switch draw.below(4) {
        case 0: out.raw("null")
        case 1: out.raw("{\"score\":\"offered\"}")
        case 2: out.raw("{\"score\":\"unoffered\"}")
        default:
            out.raw("{\"id\":29013431981588,\"score\":\"good\",\"comment\":\"Tr\u{E8}s bien \\ud83d\\ude0a\",")
            out.raw("\"reason\":\"No reason provided\",\"reason_id\":29007440423316}")
        }
        out.raw(",\"sharing_agreement_ids\":[],\"custom_status_id\":6130830355738,\"fields\":")
        out.repeated(from: start, to: end)
        out.raw(",\"followup_ids\":[],\"ticket_form_id\":6130830344474,\"brand_id\":6130830354842,")
        out.raw("\"allow_channelback\":false,\"allow_attachments\":true,\"from_messaging_channel\":")
        out.boolean(draw.chance(10))
    }
}
