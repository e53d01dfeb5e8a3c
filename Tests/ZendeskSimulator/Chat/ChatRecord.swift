import Model

/// Writes a chat, or a message that was left while nobody was there. A deleted one stays, marked and without history.
enum ChatRecord {
    static func tree(_ record: inout ListRecord) -> JSONTree {
        let isMessage = record.fixed.chance(15)
        let visitor = visitor(&record)
        let department = record.reference(to: "chat/departments")
        let common: JSONTree = [
            "id": .string(record.key), "type": isMessage ? "offline_msg" : "chat", "timestamp": record.created,
            "update_timestamp": record.updated, "deleted": .boolean(record.row.isDeleted),
            "unread": .boolean(record.draw.chance(20)), "visitor": visitor, "session": session(&record),
            "tags": .strings(record.draw.chance(50) ? ["goodbye_survey", "a/b", "\u{1F525}"] : []),
            "department_id": .optional(department), "department_name": department == nil ? nil : "Sales",
            "zendesk_ticket_id": record.draw.chance(30) ? record.reference(.tickets) : nil,
            "webpath": isMessage ? [] : webpath(&record),
        ]
        if isMessage { return common.adding(["message": sentence(&record)]) }
        return common.adding(talk(&record))
    }

    /// A conversion of a goal, in a chat and in the export of its own.
    static func conversion(_ record: inout ListRecord, id: String) -> JSONTree {
        let goal = record.reference(to: "chat/goals")
        let agent = record.reference(to: "chat/agents")
        return [
            "id": .string(id), "goal_id": .optional(goal), "goal_name": "Goal", "timestamp": record.created,
            "attribution": [
                "agent_id": .optional(agent), "agent_name": "Agent",
                "department_id": .optional(record.reference(to: "chat/departments")), "department_name": nil,
                "chat_timestamp": record.created,
            ],
        ]
    }

    /// What a chat has and a message left behind has not.
    private static func talk(_ record: inout ListRecord) -> JSONTree {
        let duration = min(record.draw.below(1800), Int((record.row.updated - record.row.created).components.seconds))
        let end = record.row.created + .seconds(duration)
        let agent = record.reference(to: "chat/agents")
        let agents = agent.map { [String($0)] } ?? []
        let isConverted = record.fixed.chance(20)
        return [
            "comment": record.draw.chance(30) ? record.phrase() : nil,
            "rating": record.draw.chance(30) ? "good" : nil, "started_by": "visitor", "missed": false,
            "triggered": .boolean(record.fixed.chance(20)), "triggered_response": nil, "dropped": false,
            "end_timestamp": .time(end), "duration": .integer(Int64(duration)), "referrer_search_engine": "",
            "referrer_search_terms": "", "agent_ids": .strings(agents), "agent_names": .strings(agents),
            "count": ["visitor": 8, "agent": 11, "total": 19],
            // A whole number now and then, as an average may be.
            "response_time": ["first": 10, "max": 347, "avg": record.draw.chance(30) ? 136 : .text("136.0356664")],
            "conversions": isConverted ? [conversion(&record, id: record.key + "-c")] : [],
            "engagements": [engagement(&record, agent, duration)],
            "history": record.row.isDeleted ? [] : history(&record),
        ]
    }

    private static func engagement(_ record: inout ListRecord, _ agent: Int64?, _ duration: Int) -> JSONTree {
        [
            "id": .string(record.key + "-1"), "agent_id": agent.map { .string(String($0)) } ?? nil,
            "agent_name": "agent", "agent_full_name": "Agent", "department_id": nil, "started_by": "visitor",
            "accepted": true, "assigned": true, "timestamp": record.created, "duration": .integer(Int64(duration)),
            "rating": nil, "comment": nil, "count": ["visitor": 8, "agent": 11, "total": 19],
            "response_time": ["first": 10, "max": 347, "avg": .text("136.03")], "skills": [],
            "skills_fulfilled": false,
        ]
    }

    private static func visitor(_ record: inout ListRecord) -> JSONTree {
        [
            "id": .string("\(record.index).gCgOWZRtqVKquB"), "name": .text("\"\(record.fixed.pick(Phrases.names))\""),
            "email": record.fixed.chance(50) ? "visitor@example.com" : "", "phone": "", "notes": "",
        ]
    }

    private static func session(_ record: inout ListRecord) -> JSONTree {
        let end = record.row.created.formatted(.seconds)
        // Some end dates have an offset and a Z, as Chat's have been seen to.
        let isOdd = record.fixed.chance(30)
        return [
            "id": .string("session.\(record.index)"), "browser": "Firefox", "platform": "Linux",
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "ip": "192.0.2.99", "city": "Berlin",
            "region": "Berlin", "country_code": "DE", "country_name": "Germany", "start_date": record.created,
            "end_date": .string(isOdd ? end.dropLast() + "+00:00Z" : end),
        ]
    }

    private static func webpath(_ record: inout ListRecord) -> JSONTree {
        .array(
            (0..<record.fixed.below(3)).map { step in
                [
                    "timestamp": record.created, "title": record.phrase(), "from": "https://example.com/?from=\u{FC}",
                    "to": .string("https://example.com/\(step)"),
                ]
            }
        )
    }

    private static func history(_ record: inout ListRecord) -> JSONTree {
        let channel: JSONTree = .string("#supportchat:\(record.index)")
        let time: JSONTree = .string(record.row.created.formatted(.microseconds))
        let messages = (0..<1 + record.draw.below(4)).map { step -> JSONTree in
            [
                "name": "Visitor", "timestamp": time, "msg": sentence(&record), "type": "chat.msg", "options": "",
                // An integer or text.
                "msg_id": step == 0 ? 1_493_008_604_612 : .string("149300860461\(step)"), "channel": channel,
            ]
        }
        let entrance: JSONTree = [
            "name": "Visitor", "timestamp": time, "type": "chat.memberjoin", "channel": channel,
            "department_id": nil, "department_name": nil,
        ]
        let tagging: JSONTree = [
            "name": "agent", "timestamp": time, "type": "chat.tag", "tags": [], "new_tags": .strings(["onetag"]),
            "channel": channel,
        ]
        return .array([entrance] + messages + [tagging])
    }

    private static func sentence(_ record: inout ListRecord) -> JSONTree {
        .text("\"\(record.draw.pick(Phrases.sentences))\"")
    }
}
