extension ListStream {
    /// What fields there are, and on which forms.
    static let fields: [ListStream] = [
        ListStream(name: "ticket_fields", path: "ticket_fields", count: TicketFieldIDs.count) { ticketField(&$0) },
        ListStream(
            name: "ticket_forms",
            path: "ticket_forms",
            dialect: .single,
            count: 3,
            gate: .plan(.growth)
        ) { ticketForm(&$0) },
        ListStream(name: "user_fields", path: "user_fields", count: CustomFields.users.count, access: .admin) {
            ownedField(&$0, "user_fields", CustomFields.users)
        },
        ListStream(
            name: "organization_fields",
            path: "organization_fields",
            count: CustomFields.organizations.count,
            access: .admin
        ) { ownedField(&$0, "organization_fields", CustomFields.organizations) },
    ]

    /// Types of the fields beyond those that records carry, one of them a type of a time to come.
    private static let furtherTypes = ["text", "textarea", "regexp", "lookup", "multiselect", "hologram"]

    private static func ownedField(
        _ record: inout ListRecord,
        _ path: String,
        _ known: [(key: String, type: String)]
    ) -> JSONTree {
        let index = record.index
        let isKnown = index < known.count
        let key = isKnown ? known[index].key : "further_\(index)"
        let type = isKnown ? known[index].type : furtherTypes[index % furtherTypes.count]
        let field: JSONTree = [
            "url": record.url(path), "id": .integer(record.id), "type": .string(type), "key": .string(key),
            "title": .string("Field \(key)"), "description": record.phrase(), "raw_title": .string("Field \(key)"),
            "raw_description": "{{dc.description}}", "position": .integer(Int64(index)),
            "active": .boolean(record.draw.chance(90)), "system": false, "regexp_for_validation": nil,
            "created_at": record.created, "updated_at": record.updated,
        ]
        switch type {
        case "checkbox": return field.adding(["tag": .string("is_\(key)")])
        case "dropdown", "multiselect": return field.adding(["custom_field_options": options(&record, "gold")])
        case "lookup":
            return field.adding([
                "relationship_target_type": "zen:user", "relationship_filter": ["all": [], "any": []],
            ])
        default: return field
        }
    }

    private static func ticketField(_ record: inout ListRecord) -> JSONTree {
        let system = TicketFieldIDs.system
        let isSystem = record.index < system.count
        let type = isSystem ? system[record.index] : TicketFieldIDs.type(record.index)
        let title = record.title(type)
        let field: JSONTree = [
            "url": record.url("ticket_fields"), "id": .integer(record.id), "type": .string(type),
            "title": .string(title), "raw_title": .string(title), "description": record.phrase(),
            "raw_description": "{{dc.field}}", "position": .integer(Int64(record.index)),
            "active": .boolean(record.draw.chance(95)), "required": .boolean(record.draw.chance(20)),
            "collapsed_for_agents": false, "regexp_for_validation": type == "regexp" ? "\\A[0-9]+\\z" : nil,
            "title_in_portal": .string(title), "raw_title_in_portal": .string(title), "visible_in_portal": true,
            "editable_in_portal": .boolean(record.draw.chance(50)), "required_in_portal": false,
            "tag": type == "checkbox" ? "ticked" : nil, "created_at": record.created, "updated_at": record.updated,
            "removable": .boolean(!isSystem), "key": isSystem ? .string(type) : nil, "agent_description": nil,
        ]
        switch type {
        case "tagger", "multiselect":
            return field.adding(["custom_field_options": options(&record, "plan_gold")])
        case "status", "priority", "tickettype":
            return field.adding([
                "system_field_options": [["name": "Open", "value": "open"], ["name": "Solved", "value": "solved"]],
                "sub_type_id": 0,
            ])
        default: return field
        }
    }

    private static func options(_ record: inout ListRecord, _ value: String) -> JSONTree {
        .array(
            (0..<1 + record.fixed.below(10)).map { position in
                [
                    "id": .integer(record.id * 10 + Int64(position)), "name": .string("Gold::\(position) \u{1F947}"),
                    "raw_name": .string("Gold::\(position) \u{1F947}"), "value": .string("\(value)_\(position)"),
                    "default": .boolean(position == 0),
                ]
            }
        )
    }

    private static func ticketForm(_ record: inout ListRecord) -> JSONTree {
        let name = record.title("Form")
        return [
            "url": record.url("ticket_forms"), "id": .integer(record.id), "name": .string(name),
            "raw_name": .string(name), "display_name": .string(name), "raw_display_name": "{{dc.form}}",
            "end_user_visible": .boolean(record.draw.chance(70)), "position": .integer(Int64(record.index)),
            "active": .boolean(record.draw.chance(90)), "default": .boolean(record.index == 0),
            "in_all_brands": .boolean(record.draw.chance(60)),
            "ticket_field_ids": .integers(record.references("ticket_fields", atMost: 12)),
            "restricted_brand_ids": .integers(record.references("brands", atMost: 2)),
            "end_user_conditions": [], "agent_conditions": [], "deleted_at": nil, "created_at": record.created,
            "updated_at": record.updated,
        ]
    }
}

/// The ticket fields that tickets refer to: those of the system, then the custom ones that the records carry.
enum TicketFieldIDs {
    static let system = ["subject", "description", "status", "tickettype", "priority", "group", "assignee"]
    static let count = system.count + CustomFields.ticketIDs.count

    /// Nil for the system's fields, and for those that no ticket carries.
    static func id(_ index: Int) -> Int64? {
        let position = index - system.count
        return CustomFields.ticketIDs.indices.contains(position) ? CustomFields.ticketIDs[position] : nil
    }

    /// What the values of a custom field are.
    static func type(_ index: Int) -> String {
        let types = ["tagger", "integer", "checkbox", "multiselect", "decimal", "date", "text", "regexp"]
        return types[max(0, index - system.count) % types.count]
    }
}
