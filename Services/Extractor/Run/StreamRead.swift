import Catalog
import Model
import ServiceRuntime

/// Walks through the pages of one endpoint and publishes each, with its bookmarks, before the next is asked for.
struct StreamRead {
    /// Changes may become visible up to this much later than an export's answer suggests.
    private static let exportHoldback = Duration.seconds(60)

    private let read: PlannedRead
    private let startDate: Timestamp
    private let decoder: PageDecoder
    private let messages: PageMessages
    private let session: ZendeskSession
    private let publisher: Publisher
    private let ledger: RunLedger
    private let clock: any WallClock
    private let stop: StopSignal
    private var paginator: Paginator
    private var outputs: [(place: Int, output: StreamOutput)]

    init(
        _ read: PlannedRead,
        definition: ConnectionDefinition,
        bookmarks: [StreamName: Bookmark],
        messages: PageMessages,
        session: ZendeskSession,
        publisher: Publisher,
        ledger: RunLedger,
        clock: any WallClock,
        stop: StopSignal
    ) throws {
        self.read = read
        startDate = definition.startDate
        self.messages = messages
        self.session = session
        self.publisher = publisher
        self.ledger = ledger
        self.clock = clock
        self.stop = stop
        paginator = Paginator(read.parent.name, read.request)
        let layout = PageLayout(
            read.request.envelope,
            parent: read.parent,
            streams: read.streams,
            excluded: definition.excludedColumns
        )
        decoder = layout.decoder
        outputs = try zip(layout.places, read.streams).map { place, stream in
            let excluded = definition.excludedColumns[stream.name] ?? []
            return (place, try StreamOutput(stream, excluded: excluded, bookmark: bookmarks[stream.name]))
        }
    }

    /// Whose report counts the requests.
    private var lead: StreamName { outputs.first?.output.name ?? read.parent.name }

    /// Reads until the stream has caught up.
    /// - Throws: ``ExtractorError``, `SecretError`, `CancellationError`: what was published before stays, with its
    ///   bookmark.
    mutating func run() async throws {
        let now = clock.now()
        var request = paginator.first(bookmark: read.start, startDate: startDate, now: now)
        begin(at: now, continues: read.start?.cursor != nil)
        while true {
            if stop.isSet { throw CancellationError() }
            let answer = try await session.page(
                request,
                of: lead,
                canShrink: paginator.canShrink,
                decode: decoder.decode
            )
            switch answer {
            case .page(let page, let startedAt, let receivedAt):
                switch try await publish(page, startedAt, receivedAt) {
                case .fetch(let next): request = next
                case .finished: return
                case .failed(let error): throw error
                }
            case .shrinkPage:
                request = paginator.halved() ?? request
            case .startTooRecent:
                guard let earlier = paginator.earlier(now: clock.now()) else {
                    for (_, output) in outputs { ledger.update(output.name) { $0.status = .caughtUp } }
                    return
                }
                request = earlier
            case .refusedPageSize(let error): throw error
            case .skipped: return
            case .refused(let error):
                if let smaller = paginator.refusedPageSize() {
                    request = smaller
                    continue
                }
                let now = clock.now()
                guard let anew = paginator.restarted(bookmark: read.start, startDate: startDate, now: now) else {
                    throw error
                }
                request = anew
                begin(at: now, continues: false)
            }
        }
    }

    private mutating func begin(at now: Timestamp, continues: Bool) {
        for index in outputs.indices { outputs[index].output.begin(at: now, continues: continues) }
        for (_, output) in outputs {
            ledger.update(output.name) { report in
                report.status = .running
                report.bookmarkBefore = output.bookmark.replicationKey ?? output.bookmark.cursor
                report.bookmarkAfter = report.bookmarkBefore
                report.asOf = output.bookmark.asOf
            }
        }
    }

    private mutating func publish(
        _ page: DecodedPage,
        _ startedAt: Timestamp,
        _ receivedAt: Timestamp
    ) async throws -> Paginator.Step {
        let step = paginator.advance(page.summary)
        let publication = try messages.publication(
            of: page,
            as: outputs,
            receivedAt: receivedAt,
            position: PagePosition(
                cursor: paginator.cursor,
                isComplete: step == .finished,
                asOf: asOf(startedAt),
                seamSecond: paginator.seamSecond
            )
        )
        let ledger = ledger
        let lead = lead
        try await publisher.publish(publication.messages) { ledger.waits(lead, $0) }
        for (index, bookmark) in publication.bookmarks.enumerated() {
            outputs[index].output.bookmark = bookmark
            let tally = publication.tallies[index]
            ledger.update(outputs[index].output.name) { report in
                report.pages += 1
                report.records += tally.records
                report.rejected += tally.rejected
                report.bookmarkAfter = bookmark.replicationKey ?? bookmark.cursor
                report.asOf = bookmark.asOf
                if step == .finished { report.status = .caughtUp }
            }
        }
        return step
    }

    /// A list shows what was there when its read began; its version is that time.
    private func asOf(_ startedAt: Timestamp) -> Timestamp {
        guard !read.request.dialect.isExport else { return startedAt - Self.exportHoldback }
        let began = outputs.compactMap { $0.output.tableVersion.map(Timestamp.init(milliseconds:)) }.min()
        return min(startedAt, began ?? startedAt)
    }
}
