import Model

extension HelpCenter {
    static let communityGate = "a Help Center with a community (Gather)"

    package static let communityTopics = StreamDefinition(
        "community_topics",
        origin: .request(.list("topics", at: "community/topics.json", bucket: .helpCenter)),
        replication: .kept,
        replicationKey: "updated_at",
        gate: communityGate,
        columns: Columns(
            integer: "follower_count id position user_segment_id",
            dateTime: "created_at updated_at",
            string: "description html_url manageable_by name url"
        )
    )

    package static let communityPosts = StreamDefinition(
        "community_posts",
        origin: .request(.list("posts", at: "community/posts.json", bucket: .helpCenter)),
        replication: .kept,
        replicationKey: "updated_at",
        gate: communityGate,
        columns: Columns(
            integer: "author_id comment_count follower_count id topic_id vote_count vote_sum",
            boolean: "closed featured pinned",
            dateTime: "created_at non_author_updated_at updated_at",
            string: "content_tag_ids[] details html_url status title url"
        )
    )
}
