import Model

extension ListStream {
    /// What Chat exports by time of change.
    static let chatExports: [ListStream] = [
        ListStream(
            name: "chat/chats",
            path: "chat/incremental/chats",
            envelope: "chats",
            dialect: .chatExport(ChatExport()),
            count: 40,
            key: .text { chatID("S", $0) },
            keepsDeleted: true
        ) { ChatRecord.tree(&$0) },
        ListStream(
            name: "chat/agent_timeline",
            path: "chat/incremental/agent_timeline",
            envelope: "agent_timeline",
            dialect: .chatExport(
                ChatExport(isInMicroseconds: true, brief: ["agent_id", "start_time"], hasIDs: false)
            ),
            count: 20
        ) { record in
            [
                "agent_id": .optional(record.reference(to: "chat/agents") ?? record.id),
                "start_time": .string(record.row.created.formatted(.microseconds)),
                "status": record.fixed.chance(50) ? "online" : "invisible",
                "engagement_count": .integer(Int64(record.draw.below(4))),
                "duration": .text("\(record.draw.below(9000)).213926"),
            ]
        },
        ListStream(
            name: "chat/conversions",
            path: "chat/incremental/conversions",
            envelope: "conversions",
            dialect: .chatExport(ChatExport()),
            count: 8,
            key: .text { chatID("C", $0) }
        ) { record in
            ChatRecord.conversion(&record, id: record.key).adding([
                "chat_id": .string(chatID("S", record.index)), "update_timestamp": record.updated,
            ])
        },
        ListStream(
            name: "chat/department_events",
            path: "chat/incremental/department_events",
            envelope: "department_events",
            dialect: .chatExport(ChatExport()),
            count: 8,
            key: .text { chatID("D", $0) }
        ) { record in
            [
                "id": .string(record.key), "account_id": 10_414_779,
                "department_id": .optional(record.reference(to: "chat/departments")), "field_name": "status",
                "previous_value": "offline", "value": record.draw.chance(50) ? "online" : "away",
                "parent_id": nil, "timestamp": .string(record.row.updated.formatted(.microseconds)),
            ]
        },
    ]

    /// Such as `2604.10414779.SVhDCJ9flq79a`: neither in the order of making nor of one alphabet.
    static func chatID(_ kind: String, _ index: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var draw = Draw(salt: ListNumbering.hash(kind), index: index, version: 0)
        let random = String((0..<11).map { _ in letters[draw.below(letters.count)] })
        return "26\(String(index % 12 + 101).dropFirst()).10414779.\(kind)\(random)"
    }
}
