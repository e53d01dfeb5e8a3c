/// Writes a comment, the same wherever it shows.
struct CommentRecord {
    let id: Int64
    let audit: Int64
    let author: Int64?
    let isPublic: Bool
    let isRedacted: Bool
    let isOdd: Bool
    let draw: Draw

    func append(to out: inout JSONBytes) {
        var draw = draw
        var text = JSONBytes()
        if isRedacted {
            text.raw("\u{2587}\u{2587}\u{2587}\u{2587}")
        } else {
            for _ in 0..<(1 + draw.below(3)) { text.raw(draw.pick(Phrases.sentences)) }
            if isOdd { text.raw(OddData.text) }
        }
        out.raw("{\"id\":")
        out.integer(id)
        out.raw(",\"type\":\"Comment\",\"author_id\":")
        out.integer(author ?? -1)
        out.raw(",\"body\":\"")
        out.append(text)
        out.raw("\",\"html_body\":\"<div class=\\\"zd-comment\\\" dir=\\\"auto\\\"><p>")
        out.append(text)
        out.raw("</p></div>\",\"plain_body\":\"")
        out.append(text)
        out.raw("\",\"public\":")
        out.boolean(isPublic)
        out.raw(",\"attachments\":[")
        if draw.chance(15), !isRedacted { appendAttachment(to: &out) }
        out.raw("],\"audit_id\":")
        out.integer(audit)
        out.raw("}")
    }

    private func appendAttachment(to out: inout JSONBytes) {
        out.raw("{\"id\":")
        out.integer(id + 7)
        out.raw(",\"file_name\":\"report \u{2014} Q4.pdf\",\"content_url\":\"https://example.com/a.pdf\",")
        out.raw("\"content_type\":\"application/pdf\",\"size\":2532,\"inline\":false,")
        out.raw("\"deleted\":false,\"thumbnails\":[]}")
    }
}
