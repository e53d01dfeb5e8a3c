extension ListStream {
    /// What the Help Center shows.
    static let helpCenter: [ListStream] = [
        ListStream(
            name: "help_center_articles",
            path: "help_center/incremental/articles",
            envelope: "articles",
            dialect: .timeWithEnd,
            count: 20,
            gate: .helpCenter
        ) { article(&$0) },
        ListStream(
            name: "help_center_categories",
            path: "help_center/categories",
            envelope: "categories",
            count: 3,
            gate: .helpCenter
        ) { place(&$0, "help_center/categories") },
        ListStream(
            name: "help_center_sections",
            path: "help_center/sections",
            envelope: "sections",
            count: 6,
            gate: .helpCenter
        ) { record in
            place(&record, "help_center/sections").adding([
                "category_id": .optional(record.reference(to: "help_center_categories")), "parent_section_id": nil,
                "theme_template": "section_page",
            ])
        },
        ListStream(
            name: "community_topics",
            path: "community/topics",
            envelope: "topics",
            count: 3,
            gate: .helpCenter
        ) { record in
            [
                "url": record.url("community/topics"), "id": .integer(record.id),
                "html_url": .string("https://example.com/topics/\(record.id)"),
                "name": .string(record.title("Topic")), "description": record.phrase(),
                "position": .integer(Int64(record.index)), "follower_count": .integer(Int64(record.draw.below(99))),
                "manageable_by": "managers", "user_segment_id": nil, "created_at": record.created,
                "updated_at": record.updated,
            ]
        },
        ListStream(
            name: "community_posts",
            path: "community/posts",
            envelope: "posts",
            count: 6,
            gate: .helpCenter
        ) { record in
            [
                "url": record.url("community/posts"), "id": .integer(record.id), "title": record.phrase(),
                "details": .text("\"\(record.draw.pick(Phrases.sentences))\""), "author_id": record.reference(.users),
                "topic_id": .optional(record.reference(to: "community_topics")),
                "vote_sum": .integer(Int64(record.draw.below(20)) - 5),
                "vote_count": .integer(Int64(record.draw.below(30))),
                "comment_count": .integer(Int64(record.draw.below(9))), "follower_count": 0, "pinned": false,
                "featured": false, "closed": .boolean(record.draw.chance(10)), "status": "none",
                "content_tag_ids": [], "created_at": record.created, "updated_at": record.updated,
            ]
        },
    ]

    private static func article(_ record: inout ListRecord) -> JSONTree {
        [
            "url": record.url("help_center/en-us/articles"), "id": .integer(record.id),
            "html_url": .string("https://example.com/hc/articles/\(record.id)"), "author_id": record.reference(.users),
            "comments_disabled": .boolean(record.draw.chance(30)), "draft": .boolean(record.draw.chance(10)),
            "promoted": false, "position": 0, "vote_sum": .integer(Int64(record.draw.below(20)) - 5),
            "vote_count": .integer(Int64(record.draw.below(30))),
            "section_id": .optional(record.reference(to: "help_center_sections")), "created_at": record.created,
            "updated_at": record.updated, "edited_at": record.updated, "name": record.phrase(),
            "title": record.phrase(), "source_locale": "en-us", "locale": "en-us", "outdated": false,
            "outdated_locales": [], "user_segment_id": nil, "user_segment_ids": [],
            "permission_group_id": .integer(record.id + 1), "content_tag_ids": .strings(["01HR", "01HS"]),
            "label_names": .strings(["how-to", "b\u{FC}ro"]),
            "body": .text("\"<p>\(record.draw.pick(Phrases.sentences))<\\/p>\""),
        ]
    }

    private static func place(_ record: inout ListRecord, _ path: String) -> JSONTree {
        [
            "url": record.url(path), "id": .integer(record.id),
            "html_url": .string("https://example.com/hc/\(record.id)"), "name": .string(record.title("Shelf")),
            "description": record.phrase(), "position": .integer(Int64(record.index)), "locale": "en-us",
            "source_locale": "en-us", "outdated": .boolean(record.draw.chance(10)), "created_at": record.created,
            "updated_at": record.updated,
        ]
    }
}
