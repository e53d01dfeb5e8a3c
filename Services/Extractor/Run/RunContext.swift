import Catalog
import Model
import ServiceRuntime

/// What the reads of a run share.
struct RunContext: Sendable {
    /// How many pages of lists are fetched and published at a time; each may be in memory with its messages. Endpoints
    /// with a single flight of requests are bounded by that.
    static let pagesAtATime = 6

    let definition: ConnectionDefinition
    let messages: PageMessages
    let session: ZendeskSession
    let board: StreamBoard
    let ledger: RunLedger
    let log: RunLog
    let clock: any WallClock
    /// Ends the run at a page boundary.
    let stop: StopSignal
    private let pages = Gate(capacity: RunContext.pagesAtATime)

    init(
        definition: ConnectionDefinition,
        messages: PageMessages,
        session: ZendeskSession,
        board: StreamBoard,
        ledger: RunLedger,
        log: RunLog,
        clock: any WallClock,
        stop: StopSignal
    ) {
        self.definition = definition
        self.messages = messages
        self.session = session
        self.board = board
        self.ledger = ledger
        self.log = log
        self.clock = clock
        self.stop = stop
    }

    /// Fetches and publishes one page of a request inside the bound on pages in memory.
    func withPage<Result>(of bucket: RateBucket, _ body: () async throws -> Result) async throws -> Result {
        bucket.isSingleFlight ? try await body() : try await pages.pass(body)
    }

    /// From when on a stream is read that has no place yet.
    func startDate(_ bookmark: Bookmark?) -> Timestamp { bookmark?.start ?? definition.startDate }

    /// - Parameter custom: columns that this account has beside the declared ones.
    func output(_ stream: StreamDefinition, custom: [ColumnDefinition] = []) throws -> StreamOutput {
        try StreamOutput(
            stream,
            excluded: definition.excludedColumns[stream.name] ?? [],
            bookmark: board.bookmark(stream.name),
            custom: custom
        )
    }
}
