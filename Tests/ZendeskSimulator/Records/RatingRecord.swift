/// Writes a satisfaction rating.
struct RatingRecord {
    let ticket: Int
    let id: Int64
    let rating: RatingBook.Rating
    let population: Population

    func append(to out: inout JSONBytes) {
        var draw = population.ratingDraw(ticket)
        out.raw("{")
        out.url(population, "satisfaction_ratings", id)
        out.raw(",\"id\":")
        out.integer(id)
        out.raw(",\"assignee_id\":")
        out.integerOrNull(population.reference(.users, &draw))
        out.raw(",\"group_id\":")
        out.integerOrNull(population.reference(.groups, &draw))
        out.raw(",\"requester_id\":")
        out.integerOrNull(population.reference(.users, &draw))
        out.raw(",\"ticket_id\":")
        out.integer(population.id(.tickets, ticket))
        out.raw(",\"score\":\"")
        out.raw(rating.score)
        out.raw("\",\"created_at\":")
        out.time(rating.created)
        out.raw(",\"updated_at\":")
        out.time(rating.updated)
        if rating.score.description != "offered", draw.chance(50) {
            out.raw(",\"comment\":\"Tr\u{E8}s bien \\ud83d\\ude0a\"")
        } else {
            out.raw(",\"comment\":null")
        }
        out.raw(",\"reason\":\"No reason provided\",\"reason_id\":29007440423316}")
    }
}
