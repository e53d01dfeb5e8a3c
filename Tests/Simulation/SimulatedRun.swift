import Catalog
import Extractor
import Foundation
import Messaging
import Model

/// One run of a connection, a step at a time: a step asks for one page, or publishes one. Between two steps anything may
/// happen to it.
struct SimulatedRun {
    struct Fetched {
        var page: DecodedPage
        var startedAt: Timestamp
        var receivedAt: Timestamp
    }

    struct Read {
        let decoder: PageDecoder
        var paginator: Paginator
        var output: StreamOutput
        var request: PageRequest
        var fetched: Fetched?
        var pages = 0
        /// Nothing is asked for before, as the budget said.
        var notBefore: Timestamp?
    }

    /// What a step came to.
    enum Outcome {
        case goesOn
        /// All streams are read, or the run was told to end.
        case ended
        case failed(ExtractorError)
    }

    let order: RunOrder
    let run: RunID
    let epoch: Int
    let startedAt: Timestamp
    private(set) var reads: [Read] = []
    private(set) var state: ConnectionState
    private(set) var report: ExtractionReport
    /// Set where it is told to end at its next page.
    var ending: RunEnding?
    /// False until its state says that it has begun.
    private var hasBegun = false
    private let messages: PageMessages

    private var key: ConnectionKey { order.definition.key }
    private var producer: String { World.namespace.transactionalID(of: key) }

    /// As a run does: first the fence, then the bookmarks.
    init(_ order: RunOrder, _ world: inout World) throws {
        let now = world.now
        self.order = order
        startedAt = now
        run = RunID(at: now, randomness: (world.random.next(), world.random.next()))
        epoch = world.log.producer(World.namespace.transactionalID(of: order.definition.key))
        let saved = try world.saved(order.definition.key)
        state = saved.state ?? ConnectionState()
        messages = PageMessages(
            order.definition.key,
            namespace: World.namespace,
            partitions: SimulatedLog.partitionCount,
            run: run
        )
        let streams = world.desk(of: order.definition.key).streams
        report = ExtractionReport(
            run: run,
            connection: order.definition,
            trigger: order.trigger,
            startedAt: now,
            streams: streams.keys.sorted().map { StreamReport(stream: $0) }
        )
        for (name, stream) in streams.sorted(by: { $0.key < $1.key }) {
            let bookmark = saved.bookmarks[name]
            var output = try StreamOutput(stream.definition, excluded: [], bookmark: bookmark)
            var paginator = Paginator(name, stream.request)
            let first = paginator.first(bookmark: bookmark, startDate: order.definition.startDate, now: now)
            output.begin(at: now, continues: bookmark?.cursor != nil)
            reads.append(
                Read(
                    decoder: PageDecoder(stream.request.envelope, of: stream.definition, excluded: [], derived: []),
                    paginator: paginator,
                    output: output,
                    request: first
                )
            )
        }
    }

    mutating func step(_ world: inout World, _ budget: inout RateBudget) throws -> Outcome {
        if !hasBegun { return try begin(&world) }
        if ending != nil { return try conclude(&world) }
        let ready = reads.indices.filter { reads[$0].notBefore.map { $0 <= world.now } ?? true }
        guard let place = ready.randomElement(using: &world.random) else { return .goesOn }
        if reads[place].fetched == nil {
            try ask(place, &world, &budget)
            return .goesOn
        }
        return try publish(place, &world)
    }

    private mutating func begin(_ world: inout World) throws -> Outcome {
        if let slot = order.slot {
            let before = state.lastScheduledStart
            try demand(before.map { $0 <= slot } ?? true, "\(key): the slot \(slot) is taken after \(before ?? slot)")
            state.lastScheduledStart = slot
        }
        state.unfinishedSince = startedAt
        if let error = try world.publish([try stateMessage()], by: producer, epoch: epoch) { return .failed(error) }
        hasBegun = true
        return .goesOn
    }

    private func stateMessage() throws -> Message {
        Message(
            topic: World.namespace.bookmarks,
            partition: World.partition(of: key),
            key: MessageKey.state(key),
            value: try WireJSON.bytes(of: state)[...]
        )
    }

    private mutating func ask(_ place: Int, _ world: inout World, _ budget: inout RateBudget) throws {
        let request = reads[place].request
        switch budget.admit(request.bucket, at: world.now) {
        case .wait(let until, _):
            try demand(until > world.now, "a wait until now")
            reads[place].notBefore = until
        case .now:
            let (startedAt, name) = (world.now, reads[place].output.name)
            let answer = world.answer(request, of: name, for: key)
            switch answer {
            case .refused(let status, let headers):
                let wait = budget.observe(request.bucket, status: status, headers, at: world.now)
                if let wait {
                    reads[place].notBefore = world.now + wait.delay
                    guard case .wait(let until, _) = budget.admit(request.bucket, at: world.now) else {
                        throw Violation("a request goes out although \(status) said to wait for \(wait.delay)")
                    }
                    try demand(until >= world.now + wait.delay, "a wait that ends too early")
                }
            case .page(let bytes, let headers):
                budget.observe(request.bucket, status: 200, headers, at: world.now)
                let page = try reads[place].decoder.decode(bytes)
                reads[place].fetched = Fetched(page: page, startedAt: startedAt, receivedAt: world.now)
            }
        }
    }

    private mutating func publish(_ place: Int, _ world: inout World) throws -> Outcome {
        guard let fetched = reads[place].fetched else { return .goesOn }
        var read = reads[place]
        let step = read.paginator.advance(fetched.page.summary)
        read.pages += 1
        let position = PagePosition(
            cursor: read.paginator.cursor,
            isComplete: step == .finished,
            asOf: fetched.startedAt - .seconds(SimulatedDesk.holdback),
            seamSecond: read.paginator.seamSecond,
            carriesSeam: read.paginator.carriesSeam,
            requests: read.pages
        )
        let publication = try messages.publication(
            of: fetched.page,
            as: [(0, read.output)],
            receivedAt: fetched.receivedAt,
            position: position
        )
        if let error = try world.publish(publication.messages, by: producer, epoch: epoch) { return .failed(error) }
        try world.check(publication.bookmarks[0], after: read.output.bookmark, of: read.output.definition, for: key)
        read.output.bookmark = publication.bookmarks[0]
        read.fetched = nil
        note(publication.tallies[0], read, isComplete: step == .finished)
        switch step {
        case .fetch(let next):
            read.request = next
            reads[place] = read
            return .goesOn
        case .failed(let error): throw Violation("\(key) \(read.output.name): \(error.message)")
        case .finished:
            reads.remove(at: place)
            return reads.isEmpty ? try conclude(&world) : .goesOn
        }
    }

    private mutating func note(_ tally: Publication.Tally, _ read: Read, isComplete: Bool) {
        guard let place = report.streams.firstIndex(where: { $0.stream == read.output.name }) else { return }
        report.streams[place].records += tally.records
        report.streams[place].rejected += tally.rejected
        report.streams[place].pages += 1
        report.streams[place].asOf = read.output.bookmark.asOf
        if isComplete { report.streams[place].status = .caughtUp }
    }

    private mutating func conclude(_ world: inout World) throws -> Outcome {
        if ending?.goesOn != true {
            state.unfinishedSince = nil
            state.askedRun = nil
        }
        if let error = try world.publish([try stateMessage()], by: producer, epoch: epoch) { return .failed(error) }
        if ending == nil { try world.hasEnded(order) }
        report.status = ending == nil ? .succeeded : .partial
        report.completedAt = world.now
        world.log.append(
            [
                Message(
                    topic: World.namespace.extractionReports,
                    partition: World.partition(of: key),
                    key: "\(key)",
                    value: try WireJSON.bytes(of: report)[...]
                )
            ],
            at: world.now
        )
        return .ended
    }
}
