import Catalog
import Model

/// What a walk publishes: the children, and elements of theirs as records of another stream.
struct ChildOutputs {
    private let planned: PlannedChildren
    private let context: RunContext
    private var outputs: [(place: Int, output: StreamOutput)]
    private var estimate: ProgressEstimate?
    /// Slices the children's pages into the records of these streams.
    let decoder: PageDecoder

    init(_ planned: PlannedChildren, _ context: RunContext) throws {
        self.planned = planned
        self.context = context
        let streams = [planned.stream] + (planned.also.map { [$0] } ?? [])
        let layout = PageLayout(
            planned.request.envelope,
            parent: planned.stream,
            streams: streams,
            excluded: context.definition.excludedColumns
        )
        decoder = layout.decoder
        outputs = try zip(layout.places, streams).map { ($0, try context.output($1)) }
        // The other stream's place is that of its own read.
        for index in outputs.indices.dropFirst() { outputs[index].output.movesBookmark = false }
    }

    /// When the version began that a complete read replaces the table with; nil for streams that are not read whole.
    var version: Timestamp? { outputs.first?.output.tableVersion.map(Timestamp.init(milliseconds:)) }

    /// - Parameter position: where the walk goes on, seconds since 1970; nil from the beginning.
    mutating func begin(at now: Timestamp, _ bookmark: Bookmark, position: Int64?) {
        let continues = bookmark.cursor != nil || bookmark.done != nil
        for index in outputs.indices { outputs[index].output.begin(at: now, continues: continues) }
        guard planned.walk.dialect.isExport else { return }
        let from = position.map(Timestamp.init(seconds:)) ?? context.startDate(bookmark)
        estimate = ProgressEstimate(from: from, to: now - StreamRead.exportHoldback)
    }

    /// The batch's messages as they are when it is their turn.
    mutating func edition(
        of batch: ChildBatch,
        _ position: PagePosition
    ) throws -> (StreamBoard.Edition, [Publication.Tally]) {
        for index in outputs.indices {
            outputs[index].output.bookmark = context.board.bookmark(outputs[index].output.name)
        }
        let publication = try context.messages.publication(
            of: batch.pages,
            as: outputs,
            receivedAt: batch.receivedAt ?? context.clock.now(),
            position: position
        )
        var edition = StreamBoard.Edition(events: publication.events, bookmarks: [:])
        for (index, bookmark) in publication.bookmarks.enumerated() {
            var bookmark = bookmark
            if index > 0 { bookmark.revisit = Revisits.without(batch.revisited, bookmark.revisit) }
            outputs[index].output.bookmark = bookmark
            edition.bookmarks[outputs[index].output.name] = bookmark
        }
        return (edition, publication.tallies)
    }

    /// Tells report and log of a batch that is published.
    mutating func note(_ batch: ChildBatch, _ tallies: [Publication.Tally], after walk: LaneWalk, isComplete: Bool) {
        let now = context.clock.now()
        let records = tallies.first?.records ?? 0
        estimate?.add(at: now, coveredUntil: walk.position.map(Timestamp.init(seconds:)), records: records)
        let progress = estimate?.progress(at: now, isComplete: isComplete)
        for (index, tally) in tallies.enumerated() {
            let output = outputs[index].output
            tally.record(output.name, pages: index == 0 ? batch.pages.count : 0)
            context.ledger.update(output.name) { report in
                report.pages += index == 0 ? batch.pages.count : 0
                report.records += tally.records
                report.rejected += tally.rejected
                if planned.isLane { report.ticketsExact = (report.ticketsExact ?? 0) + batch.parents }
                guard index == 0 else { return }
                report.bookmarkAfter = walk.done ?? output.bookmark.position
                report.asOf = output.bookmark.asOf
                report.progress = progress
                if isComplete { report.status = .caughtUp }
            }
        }
        var facts = outputs.first?.output.bookmark.facts ?? [:]
        facts["done"] = walk.done
        facts["parents"] = String(batch.parents)
        facts["records"] = String(records)
        context.log.log(.debug, planned.stream.name, "bookmark advanced", facts)
    }
}
