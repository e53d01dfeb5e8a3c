import Messaging
package import Model

/// What is too much to be held: read from its topic when somebody asks.
extension BoardFeed {
    /// A run's whole report; nil where there is none any more.
    package func report(of run: RunID, _ key: ConnectionKey) async throws -> ExtractionReport? {
        if let newest = snapshot.board.report(of: key), newest.run == run { return newest }
        var found: ExtractionReport?
        try await read(namespace.extractionReports, of: key) { delivery in
            if case .extraction(let report)? = BoardFact(delivery, in: namespace), report.run == run { found = report }
        }
        return found
    }

    /// What a rejected record held, as its message has it: cut at 1 MiB. Nil where the message is gone, or is not of this
    /// connection. It may hold personal data.
    package func rejectedRecord(at place: RejectedPlace, of key: ConnectionKey) async throws -> String? {
        let reader = try await transport.reader(
            of: namespace.rejected,
            partitions: [place.partition],
            from: [place.partition: place.offset]
        )
        let delivery = try await reader.whileOpen { try await reader.next(atMost: 1)?.first }
        guard let delivery, delivery.offset == place.offset, let body = delivery.decoded(as: RejectedBody.self),
            body.tenant == key.tenant, body.connection == key.connection
        else { return nil }
        return body.record
    }

    /// Reads the partition of a connection's tenant to its end.
    private func read(_ topic: String, of key: ConnectionKey, _ take: (Delivery) throws -> Void) async throws {
        try await transport.read(topic, partitions: [transport.partition(of: key)], take)
    }
}
