import Catalog
import Messaging
import Model
import ServiceRuntime

/// Walks through the pages of one endpoint and publishes each, with its bookmarks, before the next is asked for.
struct StreamRead {
    /// Changes may become visible up to this much later than an export's answer suggests.
    static let exportHoldback = Duration.seconds(60)

    private enum Turn {
        case next(PageRequest)
        case finished
    }

    private let read: PlannedRead
    private let context: RunContext
    private let decoder: PageDecoder
    private var paginator: Paginator
    private var outputs: [(place: Int, output: StreamOutput)]
    private var estimate: ProgressEstimate?
    private var pages = 0
    /// Outputs whose custom fields' types are still to be asked for.
    private var untyped: Set<StreamName>

    init(_ read: PlannedRead, _ context: RunContext) throws {
        self.read = read
        self.context = context
        paginator = Paginator(read.parent.name, read.request)
        let layout = PageLayout(
            read.request.envelope,
            parent: read.parent,
            streams: read.streams,
            excluded: context.excludedPaths(of: read),
            renames: ["ticket_audits": PageLayout.fastAudits]
        )
        decoder = layout.decoder
        outputs = try zip(layout.places, read.streams).map { ($0, try context.output($1)) }
        untyped = Set(outputs.map(\.output.name).filter { CustomFields(of: $0) != nil })
    }

    /// Reads until the stream has caught up.
    /// - Throws: ``ExtractorError``, `SecretError`, `CancellationError`: what was published before stays, with its
    ///   bookmark.
    mutating func run() async throws {
        let now = context.clock.now()
        var request = paginator.first(bookmark: read.start, startDate: context.startDate(read.start), now: now)
        begin(at: now, continues: read.start?.cursor != nil)
        while true {
            if context.stop.isSet { throw CancellationError() }
            let turn = try await context.withPage(of: request.bucket) { try await take(request) }
            guard case .next(let next) = turn else { return }
            request = next
        }
    }

    /// Asks for one page, and publishes it where it comes.
    private mutating func take(_ request: PageRequest) async throws -> Turn {
        let canShrink = paginator.canShrink
        let answer = try await context.session.page(
            request,
            of: lead,
            canShrink: canShrink,
            isLargerPage: paginator.pageSize > read.request.pageSize,
            decode: decoder.decode
        )
        let now = context.clock.now()
        switch answer {
        case .page(let page, let times):
            switch try await publish(page, times) {
            case .fetch(let next): return .next(next)
            case .finished: return .finished
            case .failed(let error): throw error
            }
        case .shrinkPage: return .next(paginator.halved() ?? request)
        case .refusedPageSize(let error):
            guard let smaller = paginator.refusedPageSize() else { throw error }
            return .next(smaller)
        case .skipped: return .finished
        case .startTooRecent:
            if let earlier = paginator.earlier(now: now) { return .next(earlier) }
            for (_, output) in outputs { context.ledger.update(output.name) { $0.status = .caughtUp } }
            return .finished
        case .refused(let error):
            let startDate = context.startDate(read.start)
            guard let anew = paginator.restarted(bookmark: read.start, startDate: startDate, now: now) else {
                throw error
            }
            context.log.log(
                .warning,
                lead,
                "Zendesk refuses the saved position; reading again from a little before the last record",
                ["replication_key": read.start?.replicationKey ?? "none", "error.message": error.message]
            )
            begin(at: now, continues: false)
            return .next(anew)
        }
    }

    /// Whose report counts the requests.
    var lead: StreamName {
        let names = outputs.map(\.output.name)
        return names.contains(read.parent.name) ? read.parent.name : names.first ?? read.parent.name
    }

    private mutating func begin(at now: Timestamp, continues: Bool) {
        for index in outputs.indices { outputs[index].output.begin(at: now, continues: continues) }
        if read.request.dialect.isExport {
            let from = Timestamp(position: read.start?.replicationKey) ?? context.startDate(read.start)
            estimate = ProgressEstimate(from: from, to: now - Self.exportHoldback)
        }
        for (_, output) in outputs {
            let bookmark = output.bookmark
            context.ledger.begin(output.name, at: bookmark)
            context.log.log(.info, output.name, "bookmark found", bookmark.facts)
        }
    }

    private mutating func publish(_ page: DecodedPage, _ times: PageTimes) async throws -> Paginator.Step {
        try await learnCustomFields(before: page)
        let step = paginator.advance(page.summary, coveredUntil: times.coveredUntil)
        pages += 1
        let position = PagePosition(
            cursor: paginator.cursor,
            isComplete: step == .finished,
            asOf: asOf(times),
            seamSecond: paginator.seamSecond,
            carriesSeam: paginator.carriesSeam,
            requests: pages
        )
        let lead = lead
        let ledger = context.ledger
        let waits = { (wait: RunProgress.Wait?) in ledger.waits(lead, wait) }
        let received = times.receivedAt
        let tallies = try await context.board.publish(waits: waits) { try edition(of: page, received, position) }
        note(tallies, page, at: received, isComplete: step == .finished)
        return step
    }

    /// The page's messages as they are when it is their turn.
    private mutating func edition(
        of page: DecodedPage,
        _ receivedAt: Timestamp,
        _ position: PagePosition
    ) throws -> (StreamBoard.Edition, [Publication.Tally]) {
        for index in outputs.indices {
            outputs[index].output.bookmark = context.board.bookmark(outputs[index].output.name)
        }
        let publication = try context.messages.publication(
            of: page,
            as: outputs,
            receivedAt: receivedAt,
            position: position
        )
        var edition = StreamBoard.Edition(events: publication.events, bookmarks: [:])
        for (index, bookmark) in publication.bookmarks.enumerated() {
            let stream = outputs[index].output.definition
            var bookmark = bookmark
            if stream.alsoFrom != nil {
                bookmark.revisit = Revisits.merged(outputs[index].output.bookmark.revisit, page.redactedTickets)
            }
            outputs[index].output.bookmark = bookmark
            edition.bookmarks[stream.name] = bookmark
        }
        return (edition, publication.tallies)
    }

    private mutating func note(
        _ tallies: [Publication.Tally],
        _ page: DecodedPage,
        at now: Timestamp,
        isComplete: Bool
    ) {
        let until = outputs.compactMap { Timestamp(position: $0.output.bookmark.replicationKey) }.max()
        estimate?.add(at: now, coveredUntil: until, records: page.summary.records)
        for (index, tally) in tallies.enumerated() {
            tally.record(outputs[index].output.name, pages: 1)
            let bookmark = outputs[index].output.bookmark
            let progress = estimate?.progress(at: now, isComplete: isComplete)
            context.ledger.update(outputs[index].output.name) { report in
                report.pages += 1
                report.records += tally.records
                report.rejected += tally.rejected
                report.bookmarkAfter = bookmark.position
                report.asOf = bookmark.asOf
                report.progress = progress
                if isComplete { report.status = .caughtUp }
            }
            var facts = bookmark.facts
            facts["records"] = String(tally.records)
            context.log.log(.debug, outputs[index].output.name, "bookmark advanced", facts)
        }
    }

    /// Before the first new records of users or organizations their own fields' types are asked for; before that a
    /// schema that was published stands.
    private mutating func learnCustomFields(before page: DecodedPage) async throws {
        for index in outputs.indices where untyped.contains(outputs[index].output.name) {
            let output = outputs[index].output
            let published = output.bookmark.seam ?? [:]
            let isNews = page.streams[outputs[index].place].records.contains {
                $0.key.map { published[$0] == nil } ?? true
            }
            guard isNews || output.bookmark.schema == nil else {
                outputs[index].output.keepsSchema = true
                continue
            }
            let columns = try await CustomFields(of: output.name)?.columns(for: output.name, context) ?? []
            outputs[index].output = try context.output(output.definition, custom: columns)
            outputs[index].output.begin(at: context.clock.now(), continues: false)
            untyped.remove(output.name)
        }
    }

    /// A list shows what was there when its read began; its version is that time. Exports, and lists that are asked for
    /// from a time on, show changes a little late.
    private func asOf(_ times: PageTimes) -> Timestamp {
        guard !read.request.dialect.isExport, read.request.start == .none else {
            return times.coveredUntil - Self.exportHoldback
        }
        let began = outputs.compactMap { $0.output.tableVersion.map(Timestamp.init(milliseconds:)) }.min()
        return min(times.startedAt, began ?? times.startedAt)
    }
}

extension Bookmark {
    /// Where the stream stands, for people.
    var position: String? { replicationKey ?? cursor }

    /// What a log line tells of it.
    var facts: [String: String] {
        var facts = ["bookmark": position ?? "none", "complete": String(complete)]
        if let asOf { facts["as_of"] = asOf.formatted() }
        if let tableVersion { facts["tableversion"] = String(tableVersion) }
        return facts
    }
}

extension Publication {
    /// The messages without the bookmarks, which come last.
    var events: [Message] { messages.dropLast(bookmarks.count) }
}
