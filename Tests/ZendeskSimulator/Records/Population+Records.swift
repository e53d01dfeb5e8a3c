extension Population {
    /// Appends a record as the exports and lists give it.
    /// - Parameter metricSets: Puts a ticket's metric set into it.
    func append(
        _ stream: SimulatedStream,
        _ index: Int,
        _ row: Table.Row,
        metricSets: Bool,
        to bytes: inout JSONBytes
    ) {
        switch stream {
        case .tickets:
            TicketRecord(index: index, row: row, population: self).append(to: &bytes, metricSet: metricSets)
        case .users:
            UserRecord(index: index, row: row, population: self).append(to: &bytes)
        case .organizations:
            OrganizationRecord(index: index, row: row, population: self).append(to: &bytes)
        case .groups:
            GroupRecord(index: index, row: row, population: self).append(to: &bytes)
        }
    }
}

extension JSONBytes {
    /// `"url":"https://.../path/id.json"`.
    mutating func url(_ population: Population, _ path: StaticString, _ id: Int64) {
        raw("\"url\":\"")
        text(population.site)
        raw(path)
        raw("/")
        integer(id)
        raw(".json\"")
    }

    /// An array of up to `most` tags, each at most once.
    mutating func tags(_ most: Int, _ draw: inout Draw) {
        raw("[")
        let first = draw.below(Phrases.tags.count)
        let count = draw.below(most + 1)
        for offset in 0..<count {
            if offset > 0 { raw(",") }
            raw(Phrases.tags[(first + offset) % Phrases.tags.count])
        }
        raw("]")
    }

    /// An array of up to `most` ids of users.
    mutating func users(_ most: Int, _ population: Population, _ draw: inout Draw) {
        raw("[")
        let count = draw.below(most + 1)
        for offset in 0..<count {
            guard let id = population.reference(.users, &draw) else { break }
            if offset > 0 { raw(",") }
            integer(id)
        }
        raw("]")
    }
}
