import Model

/// The streams of the Help Center, which a Support connection reads.
package enum HelpCenter {
    package static let streams = [articles, sections, categories, communityTopics, communityPosts]

    static let gate = "a Help Center (Guide)"

    package static let articles = StreamDefinition(
        "help_center_articles",
        origin: .request(
            Request(
                path: "help_center/incremental/articles.json",
                dialect: .incrementalTimeOpen,
                envelope: .list("articles"),
                pageSize: 1000,
                bucket: .helpCenter
            )
        ),
        replication: .incremental,
        replicationKey: "updated_at",
        gate: gate,
        columns: Columns(
            integer: """
                author_id id permission_group_id position section_id user_segment_id user_segment_ids[] vote_count \
                vote_sum
                """,
            boolean: "comments_disabled draft outdated promoted",
            dateTime: "created_at edited_at updated_at",
            string: """
                body content_tag_ids[] html_url label_names[] locale name outdated_locales[] source_locale title url
                """
        )
    )

    package static let sections = StreamDefinition(
        "help_center_sections",
        origin: .request(.list("sections", at: "help_center/sections.json", bucket: .helpCenter)),
        replication: .kept,
        replicationKey: "updated_at",
        gate: gate,
        columns: Columns(
            integer: "category_id id parent_section_id position",
            boolean: "outdated",
            dateTime: "created_at updated_at",
            string: "description html_url locale name sorting source_locale theme_template url"
        )
    )

    package static let categories = StreamDefinition(
        "help_center_categories",
        origin: .request(.list("categories", at: "help_center/categories.json", bucket: .helpCenter)),
        replication: .kept,
        replicationKey: "updated_at",
        gate: gate,
        columns: Columns(
            integer: "id position",
            boolean: "outdated",
            dateTime: "created_at updated_at",
            string: "description html_url locale name source_locale url"
        )
    )
}
