/// Writes an audit of a ticket, in the two forms that Zendesk has for it.
struct AuditRecord {
    /// A part of an audit, beside its comment.
    fileprivate enum Part {
        /// A field's value, as JSON, and the one before.
        case field(name: String, value: String, previous: String)
        case notification
        case redaction(comment: Int64)
        case privacy(comment: Int64)
    }

    let ticket: Int
    let ordinal: Int
    let audit: TicketHistory.Audit
    let fate: (isRedacted: Bool, isPrivate: Bool)
    let population: Population
    let comment: CommentRecord?
    private let channel: Int
    private let author: Int64?
    private let parts: [Part]

    init(_ history: TicketHistory, _ ticket: Int, _ ordinal: Int, _ audit: TicketHistory.Audit) {
        self.ticket = ticket
        self.ordinal = ordinal
        self.audit = audit
        population = history.population
        fate = history.fate(ofComment: ordinal, ticket)
        var draw = population.auditDraw(ticket, ordinal)
        let hasComment = Self.hasComment(ordinal, audit.kind, &draw)
        let isPublic = draw.chance(80)
        channel = draw.below(Self.channels.count)
        author = population.reference(.users, &draw)
        comment =
            hasComment
            ? CommentRecord(
                id: population.auditID(ticket, ordinal) + 1,
                audit: population.auditID(ticket, ordinal),
                author: author,
                isPublic: isPublic && !fate.isPrivate,
                isRedacted: fate.isRedacted,
                isOdd: population.isOdd,
                draw: draw
            ) : nil
        parts = Self.parts(ticket, ordinal, audit.kind, population, &draw)
    }

    /// Whether an audit has a comment: the first of a ticket has, and every third after it.
    static func hasComment(_ ordinal: Int, _ kind: TicketHistory.Kind, _ draw: inout Draw) -> Bool {
        let isDrawn = draw.chance(35)
        guard case .change = kind else { return false }
        return ordinal == 0 || isDrawn
    }

    private var id: Int64 { population.auditID(ticket, ordinal) }

    /// As `/tickets/{id}/audits` gives it.
    func appendAudit(to out: inout JSONBytes) {
        out.raw("{\"id\":")
        out.integer(id)
        out.raw(",\"ticket_id\":")
        out.integer(population.id(.tickets, ticket))
        out.raw(",\"created_at\":")
        out.time(audit.second)
        out.raw(",\"author_id\":")
        out.integer(author ?? -1)
        out.raw(",\"metadata\":")
        appendMetadata(to: &out)
        out.raw(",\"events\":[")
        var next = id + 1
        if let comment {
            comment.append(to: &out)
            next += 1
            if !parts.isEmpty { out.raw(",") }
        }
        for (position, part) in parts.enumerated() {
            if position > 0 { out.raw(",") }
            append(part, next + Int64(position), to: &out)
        }
        out.raw("],\"via\":")
        appendVia(to: &out)
        out.raw("}")
    }

    /// As `/incremental/ticket_events` gives it.
    /// - Parameter comments: Whether comments come whole or only as a mark.
    func appendEvent(comments: Bool, to out: inout JSONBytes) {
        out.raw("{\"child_events\":[")
        var next = id + 1
        if let comment {
            appendChild(comment, isWhole: comments, to: &out)
            next += 1
            if !parts.isEmpty { out.raw(",") }
        }
        for (position, part) in parts.enumerated() {
            if position > 0 { out.raw(",") }
            appendChild(part, next + Int64(position), to: &out)
        }
        out.raw("],\"id\":")
        out.integer(id)
        out.raw(",\"ticket_id\":")
        out.integer(population.id(.tickets, ticket))
        out.raw(",\"timestamp\":")
        out.integer(Int64(audit.second))
        out.raw(",\"created_at\":")
        out.time(audit.second)
        out.raw(",\"updater_id\":")
        out.integer(author ?? -1)
        out.raw(",\"via\":\"")
        out.raw(Self.channels[channel].words)
        out.raw("\",\"system\":")
        appendSystem(to: &out)
        out.raw(",\"metadata\":{},\"merged_ticket_ids\":[],\"event_type\":\"Audit\"}")
    }

    /// The comment with what it takes from its audit: a row of the comments' table. False where there is none.
    /// - Parameter isExact: As the audit has it, not as the event has it.
    func appendComment(isExact: Bool, to out: inout JSONBytes) -> Bool {
        guard let comment else { return false }
        var body = JSONBytes()
        if isExact {
            comment.append(to: &body)
        } else {
            appendChild(comment, isWhole: true, to: &body)
        }
        out.append(body.withoutLast())
        out.raw(",\"ticket_id\":")
        out.integer(population.id(.tickets, ticket))
        if isExact {
            out.raw(",\"created_at\":")
            out.time(audit.second)
            out.raw(",\"via\":")
            appendVia(to: &out)
            out.raw(",\"metadata\":")
            appendMetadata(to: &out)
        } else {
            out.raw(",\"metadata\":{}")
        }
        out.raw("}")
        return true
    }

    private func appendChild(_ comment: CommentRecord, isWhole: Bool, to out: inout JSONBytes) {
        guard isWhole else {
            out.raw("{\"id\":")
            out.integer(comment.id)
            out.raw(",\"via\":\"")
            out.raw(Self.channels[channel].words)
            out.raw("\",\"via_reference_id\":null,\"comment_present\":true,\"comment_public\":")
            out.boolean(comment.isPublic)
            out.raw(",\"event_type\":\"Comment\"}")
            return
        }
        var body = JSONBytes()
        comment.append(to: &body)
        out.append(body.withoutLast())
        out.raw(",\"via\":")
        appendVia(to: &out)
        out.raw(",\"via_reference_id\":null,\"created_at\":")
        out.time(audit.second)
        out.raw(",\"event_type\":\"Comment\"}")
    }

    private func appendChild(_ part: Part, _ id: Int64, to out: inout JSONBytes) {
        guard case .field(let name, let value, let previous) = part else {
            var body = JSONBytes()
            append(part, id, isChild: true, to: &body)
            out.append(body.withoutLast())
            out.raw(",\"via\":\"")
            out.raw(Self.channels[channel].words)
            out.raw("\",\"via_reference_id\":null,\"event_type\":\"")
            out.text(part.type)
            out.raw("\"}")
            return
        }
        out.raw("{\"id\":")
        out.integer(id)
        out.raw(",\"via\":\"")
        out.raw(Self.channels[channel].words)
        out.raw("\",\"via_reference_id\":null,")
        if name.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true {
            out.text("\"custom_ticket_fields\":{\"\(name)\":\(value)}")
        } else {
            out.text("\"\(name)\":\(value)")
            if name == "tags" { out.text(",\"added_tags\":\(value),\"removed_tags\":[]") }
        }
        if ordinal > 0 { out.text(",\"previous_value\":\(previous)") }
        out.text(",\"event_type\":\"\(ordinal == 0 ? "Create" : "Change")\"}")
    }

    /// - Parameter isChild: In the events' form, in which `via` is words and written by the caller.
    private func append(_ part: Part, _ id: Int64, isChild: Bool = false, to out: inout JSONBytes) {
        out.raw("{\"id\":")
        out.integer(id)
        switch part {
        case .field(let name, let value, let previous):
            out.text(",\"type\":\"\(ordinal == 0 ? "Create" : "Change")\",\"value\":\(value)")
            out.text(",\"field_name\":\"\(name)\"")
            if ordinal > 0 { out.text(",\"previous_value\":\(previous)") }
        case .notification:
            out.raw(",\"type\":\"Notification\",")
            if !isChild {
                out.raw("\"via\":{\"channel\":\"rule\",\"source\":{\"to\":{},\"from\":{\"id\":22472716,")
                out.raw("\"title\":\"Notify \u{2026}\"},\"rel\":\"trigger\"}},")
            }
            out.raw("\"subject\":\"[{{ticket.title}}]\",")
            out.raw("\"body\":\"Your request \\u003cb\\u003e#{{ticket.id}}\\u003c/b\\u003e\\n\",\"recipients\":[")
            out.integer(author ?? -1)
            out.raw("]")
        case .redaction(let comment):
            out.raw(",\"type\":\"CommentRedactionEvent\",\"comment_id\":")
            out.integer(comment)
            out.raw(",\"user_id\":")
            out.integer(author ?? -1)
        case .privacy(let comment):
            out.raw(",\"type\":\"CommentPrivacyChange\",\"comment_id\":")
            out.integer(comment)
            out.raw(",\"public\":false")
        }
        out.raw("}")
    }

    private func appendVia(to out: inout JSONBytes) {
        out.raw("{\"channel\":\"")
        out.raw(Self.channels[channel].name)
        out.raw("\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}}")
    }

    private func appendMetadata(to out: inout JSONBytes) {
        out.raw("{\"system\":")
        appendSystem(to: &out)
        out.raw(",\"custom\":{}}")
    }

    private func appendSystem(to out: inout JSONBytes) {
        out.raw("{\"client\":\"Mozilla/5.0 (X11; Linux x86_64)\",\"ip_address\":\"192.0.2.")
        out.integer(ticket % 250 + 1)
        out.raw("\",\"location\":\"Boardman, OR, United States\",\"latitude\":45.8234,\"longitude\":-119.7257}")
    }

    private static let channels: [(name: StaticString, words: StaticString)] = [
        ("web", "Web form"), ("email", "Mail"), ("api", "Web service"), ("rule", "Rule"), ("voice", "Phone call"),
    ]

    private static func parts(
        _ ticket: Int,
        _ ordinal: Int,
        _ kind: TicketHistory.Kind,
        _ population: Population,
        _ draw: inout Draw
    ) -> [Part] {
        let statuses = ["\"new\"", "\"open\"", "\"pending\"", "\"hold\"", "\"solved\""]
        switch kind {
        case .deletion: return [.field(name: "status", value: "\"deleted\"", previous: "\"open\"")]
        case .redaction(let comment): return [.redaction(comment: population.auditID(ticket, comment) + 1)]
        case .privacy(let comment): return [.privacy(comment: population.auditID(ticket, comment) + 1)]
        case .change: break
        }
        var tags = JSONBytes()
        tags.tags(4, &draw)
        let tagText = String(decoding: tags.bytes, as: UTF8.self)
        let person = population.reference(.users, &draw).map { "\"\($0)\"" } ?? "null"
        let custom = Part.field(name: "360011472300", value: "\"plan_gold_\(draw.below(10))\"", previous: "null")
        guard ordinal > 0 else {
            return [
                .field(name: "requester_id", value: person, previous: "null"),
                .field(name: "subject", value: "\"Ticket \(ticket) \\\"new\\\" \\u003cb\\u003e\"", previous: "null"),
                .field(name: "status", value: "\"new\"", previous: "null"),
                .field(name: "tags", value: tagText, previous: "[]"), custom, .notification,
            ]
        }
        let choices: [Part] = [
            .field(name: "status", value: draw.pick(statuses), previous: draw.pick(statuses)),
            .field(name: "tags", value: tagText, previous: "[\"sample\"]"),
            .field(name: "assignee_id", value: person, previous: "null"),
            .field(name: "priority", value: draw.chance(30) ? "null" : "\"high\"", previous: "\"normal\""), custom,
            .notification,
        ]
        let first = draw.below(choices.count)
        return (0..<(1 + draw.below(3))).map { choices[(first + $0) % choices.count] }
    }
}

extension AuditRecord.Part {
    /// Its type, for the parts that are no change of a field.
    fileprivate var type: String {
        switch self {
        case .field: "Change"
        case .notification: "Notification"
        case .redaction: "CommentRedactionEvent"
        case .privacy: "CommentPrivacyChange"
        }
    }
}
