import Catalog
import Model
import ServiceRuntime

/// Walks through a stream's records and publishes the children of each, in the walk's order, a few parents at a time.
///
/// Its bookmark is a place of its own in the walk: the page's cursor, and the last record that is done. Children of
/// different parents are asked for side by side; they cannot hold the same record.
struct ChildRead {
    /// Parents whose children are asked for at a time.
    private static let concurrency = 10

    private let planned: PlannedChildren
    private let context: RunContext
    private let fetch: ChildFetch
    private let parents: ParentDecoder
    private var paginator: Paginator
    private var walk: LaneWalk
    private var outputs: ChildOutputs
    private var batch = ChildBatch()
    private var refusals = RefusalRule()
    private var lastRefusal: ExtractorError?
    private var pages = 0
    private let stop: StopSignal
    /// Set when the read of the stream that is replaced by these children's elements has ended.
    private let elementsAreRead: StopSignal

    /// - Parameters:
    ///   - stop: ends the walk while the run goes on.
    ///   - elementsAreRead: set when the other read of ``PlannedChildren/also`` has ended, or where there is none.
    init(_ planned: PlannedChildren, _ context: RunContext, stop: StopSignal, elementsAreRead: StopSignal) throws {
        self.planned = planned
        self.context = context
        self.stop = stop
        self.elementsAreRead = elementsAreRead
        paginator = Paginator(planned.stream.name, planned.walk)
        parents = ParentDecoder(planned.walk.envelope, of: planned.parent)
        outputs = try ChildOutputs(planned, context)
        fetch = ChildFetch(planned: planned, context: context, decoder: outputs.decoder, stop: stop)
        let done = context.board.bookmark(planned.stream.name).done
        walk = LaneWalk(done: done, isOrdered: planned.walk.dialect.isExport)
    }

    private var name: StreamName { planned.stream.name }

    /// Reads until all parents are done.
    /// - Throws: ``ExtractorError``, `SecretError`, `CancellationError` when stopped: what was published before stays,
    ///   with its bookmark.
    mutating func run() async throws {
        await elementsAreRead.wait()
        try checkStop()
        let bookmark = context.board.bookmark(name)
        begin(at: bookmark)
        try await revisit()
        let startDate = context.startDate(bookmark)
        var request = paginator.first(bookmark: bookmark, startDate: startDate, now: context.clock.now())
        while true {
            try checkStop()
            guard let next = try await take(request) else { return }
            request = next
        }
    }

    private func checkStop() throws {
        if stop.isSet || context.stop.isSet { throw CancellationError() }
    }

    private mutating func begin(at bookmark: Bookmark) {
        outputs.begin(at: context.clock.now(), bookmark, position: walk.position)
        context.ledger.begin(name, at: bookmark)
        var facts = bookmark.facts
        facts["done"] = bookmark.done
        context.log.log(.info, name, "bookmark found", facts)
    }

    /// Reads the children of one page of the walk.
    /// - Returns: the request for the next one; nil after the last.
    private mutating func take(_ request: PageRequest) async throws -> PageRequest? {
        let cursor = paginator.cursor
        let now = context.clock.now()
        switch try await page(request) {
        case .page(let page, let times):
            let bound = bound
            let choice = walk.choice(of: page.records, before: bound)
            try await take(choice.records, at: cursor)
            if let last = choice.last { walk.finish(last) }
            if choice.isBounded {
                try await publish(at: cursor, completeAsOf: min(asOf(times), bound ?? times.startedAt))
                return nil
            }
            switch paginator.advance(page.summary) {
            case .fetch(let next):
                if !planned.walk.dialect.isExport { walk.forget() }
                try await publish(at: paginator.cursor)
                return next
            case .finished:
                if !planned.walk.dialect.isExport { walk.forget() }
                let asOf = asOf(times)
                try await publish(at: paginator.cursor, completeAsOf: bound.map { min($0, asOf) } ?? asOf)
                return nil
            case .failed(let error): throw error
            }
        case .shrinkPage: return paginator.halved() ?? request
        case .startTooRecent(let times):
            if let earlier = paginator.earlier(now: now) { return earlier }
            try await publish(at: cursor, completeAsOf: times.coveredUntil - StreamRead.exportHoldback)
            return nil
        case .refused(let error):
            // What the walk itself has reached: the children's own key says nothing of it.
            var place = Bookmark()
            place.replicationKey = walk.position.map(String.init)
            let startDate = context.startDate(context.board.bookmark(name))
            guard let anew = paginator.restarted(bookmark: place, startDate: startDate, now: now) else { throw error }
            context.log.log(
                .warning,
                name,
                "Zendesk refuses the saved position; walking again from a little before the last record",
                ["replication_key": place.replicationKey ?? "none", "error.message": error.message]
            )
            return anew
        case .refusedPageSize(let error): throw error
        case .skipped: return nil
        }
    }

    private func page(_ request: PageRequest) async throws -> ZendeskSession.Answer<ParentPage> {
        let (context, parents, name) = (context, parents, name)
        let canShrink = paginator.canShrink
        let urgency: RateBudget.Urgency = planned.isLane ? .background : .foreground
        return try await stop.interrupting {
            try await context.session.page(
                request,
                of: name,
                canShrink: canShrink,
                urgency: urgency,
                decode: parents.decode
            )
        }
    }

    /// Tickets whose comments changed without a new one go first.
    private mutating func revisit() async throws {
        guard let also = planned.also, let tickets = context.board.bookmark(also.name).revisit, !tickets.isEmpty else {
            return
        }
        let began = context.clock.now()
        try await take(tickets.map(ParentRecord.init(ticket:)), at: paginator.cursor, isRevisit: true)
        for ticket in tickets { walk.revisit(String(ticket), at: began) }
        try await publish(at: context.board.bookmark(name).cursor)
    }

    /// Asks for the children of parents side by side, and takes them in the parents' order.
    private mutating func take(_ records: [ParentRecord], at cursor: String?, isRevisit: Bool = false) async throws {
        let fetch = fetch
        do {
            try await withThrowingTaskGroup(of: (Int, ChildFetch.Children).self) { group in
                var begun = 0
                var ready: [Int: ChildFetch.Children] = [:]
                for turn in records.indices {
                    while begun < records.count, begun < turn + Self.concurrency {
                        let (index, key) = (begun, records[begun].key)
                        group.addTask { (index, try await fetch.children(of: key)) }
                        begun += 1
                    }
                    while ready[turn] == nil, let (index, children) = try await group.next() {
                        ready[index] = children
                    }
                    guard let children = ready.removeValue(forKey: turn) else { throw CancellationError() }
                    try await settle(records[turn], children, at: cursor, isRevisit: isRevisit)
                }
            }
        } catch let error as ExtractorError {
            // A stream that is refused as a whole has skipped nothing.
            if case .permission = error { throw error }
            try await publishRest(at: cursor)
            throw error
        } catch {
            try await publishRest(at: cursor)
            throw error
        }
    }

    private mutating func publishRest(at cursor: String?) async throws {
        if !batch.isEmpty { try await publish(at: cursor) }
    }

    private mutating func settle(
        _ record: ParentRecord,
        _ children: ChildFetch.Children,
        at cursor: String?,
        isRevisit: Bool
    ) async throws {
        var children = children
        batch.add(children.pages)
        while let rest = children.rest {
            if batch.isFull { try await publish(at: cursor) }
            children = try await fetch.children(from: rest)
            batch.add(children.pages)
        }
        if let refusal = children.refusal {
            lastRefusal = refusal
            if refusals.isRefused(after: refusal.status ?? 400) { throw refusal }
            context.ledger.update(name) { $0.skipped = ($0.skipped ?? 0) + 1 }
            context.log.log(.debug, name, "a parent record was skipped", ["error.message": refusal.message])
        } else {
            _ = refusals.isRefused(after: nil)
            batch.parents += 1
        }
        if isRevisit { Int64(record.key).map { batch.revisited.append($0) } } else { walk.finish(record) }
        if batch.isFull { try await publish(at: cursor) }
    }

    /// Publishes the batch with the walk's place after it; the read is complete where a time is given.
    /// - Throws: what all parents were refused with, at the walk's end.
    private mutating func publish(at cursor: String?, completeAsOf asOf: Timestamp? = nil) async throws {
        if refusals.isUndecided {
            // None of them is done with then.
            if asOf == nil { return }
            let changedOnly = planned.walk.dialect.isExport
            if let lastRefusal, refusals.isRefusedAtEnd(changedOnly: changedOnly) { throw lastRefusal }
        }
        pages += batch.pages.count
        let (ledger, name) = (context.ledger, name)
        let position = PagePosition(
            cursor: cursor,
            isComplete: asOf != nil,
            asOf: asOf,
            requests: pages,
            done: walk.done
        )
        let waits = { (wait: RunProgress.Wait?) in ledger.waits(name, wait) }
        let tallies = try await context.board.publish(waits: waits) { try outputs.edition(of: batch, position) }
        outputs.note(batch, tallies, after: walk, isComplete: asOf != nil)
        batch = ChildBatch()
    }

    /// A parent that changed at this time or later waits: its elements may still come from their other read, and what is
    /// published last is what stays.
    private var bound: Timestamp? {
        guard let also = planned.also, context.board.parking(also.name) == nil else { return nil }
        let bookmark = context.board.bookmark(also.name)
        if bookmark.complete, let asOf = bookmark.asOf { return asOf }
        return bookmark.cursor.flatMap(SizedPlace.init).map { Timestamp(seconds: $0.place) }
            ?? context.startDate(bookmark)
    }

    private func asOf(_ times: PageTimes) -> Timestamp {
        if planned.walk.dialect.isExport { return times.coveredUntil - StreamRead.exportHoldback }
        return outputs.version ?? times.startedAt
    }
}

extension ExtractorError {
    /// Of an answer that refuses.
    fileprivate var status: Int? {
        guard case .permission(_, let status, _, _) = self else { return nil }
        return status
    }
}

extension ParentRecord {
    /// A ticket out of turn.
    fileprivate init(ticket: Int64) {
        self.init(key: String(ticket), order: nil, isDeleted: false)
    }
}
