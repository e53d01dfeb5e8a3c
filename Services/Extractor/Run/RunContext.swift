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
        if bucket.isSingleFlight { return try await body() }
        return try await pages.pass {
            // The run may have ended meanwhile.
            if stop.isSet { throw CancellationError() }
            do {
                return try await body()
            } catch {
                // Before the place is free, as where a stream leaves.
                endRun(after: error)
                throw error
            }
        }
    }

    /// Ends the run where the other streams would fail in the same way.
    func endRun(after error: any Error) {
        if !(error is CancellationError), ExtractorError(error).endsRun { stop.set() }
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
