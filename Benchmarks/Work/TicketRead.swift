import Catalog
package import Extractor
package import Messaging
package import Model

/// The extractor's own way from a page's bytes to messages: `tickets` and `ticket_metrics` out of one page.
package struct TicketRead: Sendable {
    package let decoder: PageDecoder
    private let messages: PageMessages
    private var outputs: [(place: Int, output: StreamOutput)]
    private var receivedAt: Timestamp

    package static let partitions: Int32 = 12

    /// - Parameter receivedAt: of the first page; a later read's records win over an earlier one's.
    package init(
        _ connection: ConnectionDefinition = BenchAccount.connection,
        receivedAt: Timestamp = Timestamp(seconds: 1_780_000_000)
    ) throws {
        self.receivedAt = receivedAt
        let layout = RecordLayout(Support.tickets, excluded: [], derived: ["metric_set"])
        let derived = RecordLayout(Support.ticketMetrics, excluded: [], derived: [])
        decoder = PageDecoder(.list("tickets"), layout: layout, derived: [derived])
        messages = PageMessages(
            connection.key,
            namespace: BenchAccount.namespace,
            partitions: Self.partitions,
            run: RunID(at: receivedAt, randomness: (1, 2))
        )
        outputs = [
            (0, try StreamOutput(Support.tickets, excluded: [], bookmark: nil)),
            (1, try StreamOutput(Support.ticketMetrics, excluded: [], bookmark: nil)),
        ]
    }

    /// Decodes a page and makes its messages, the bookmarks among them.
    package mutating func messages(of page: [UInt8]) throws -> [Message] {
        try messages(of: try decoder.decode(page))
    }

    package mutating func messages(of page: DecodedPage) throws -> [Message] {
        let publication = try messages.publication(
            of: page,
            as: outputs,
            receivedAt: receivedAt,
            position: PagePosition(cursor: page.summary.afterCursor, isComplete: false)
        )
        for (index, bookmark) in publication.bookmarks.enumerated() { outputs[index].output.bookmark = bookmark }
        receivedAt = receivedAt + .seconds(1)
        return publication.messages
    }
}
