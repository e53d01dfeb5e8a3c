import Catalog
import Extractor
import Foundation
import JSONScan
import Loader
import Messaging
import Model
import TestSupport

/// What is outside of the processes and outlives them: the accounts, the log, the databases, the time. It decides by the
/// seed what goes wrong, and checks whatever can be seen from here.
struct World {
    static let namespace = fixed(Namespace(rawValue: "deskpipe"))
    static let start = Timestamp(seconds: 1_795_168_800)

    var random: SplitMix64
    var now = World.start
    var log = SimulatedLog()
    var hasFaults = true
    /// False while the group takes no commits of who is at work.
    var accepts = true
    let definitions: [ConnectionDefinition]
    let registry: ConnectionRegistry
    private(set) var destinations: [ConnectionKey: SimulatedDestination] = [:]
    private var desks: [ConnectionKey: SimulatedDesk] = [:]
    /// By connection, stream and record the newest version that is in the log.
    private var published: [ConnectionKey: [StreamName: [Int64: Int64]]] = [:]
    private var sequences: [ConnectionKey: [StreamName: Int64]] = [:]
    private var endedSlots: [ConnectionKey: Set<Timestamp>] = [:]

    init(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        definitions = ["acme", "zeta"].map { Self.definition($0) }
        registry = ConnectionRegistry(definitions)
        for definition in definitions {
            desks[definition.key] = SimulatedDesk(using: &random)
            destinations[definition.key] = SimulatedDestination()
        }
        self.random = random
    }

    private static func definition(_ tenant: String) -> ConnectionDefinition {
        ConnectionDefinition(
            tenant: fixed(TenantID(rawValue: tenant)),
            id: fixed(ConnectionID(rawValue: "support")),
            name: "zendesk",
            schema: fixed(SchemaName(rawValue: "zendesk")),
            source: .support,
            subdomain: fixed(SitePrefix(rawValue: tenant)),
            auth: .oauthToken(token: .environment("TOKEN")),
            startDate: start - .seconds(86_400),
            schedule: Schedule(everySeconds: 600),
            streams: StreamSelection(include: ["tickets", "tags", "groups"])
        )
    }

    private static func fixed<Value>(_ value: Value?) -> Value {
        guard let value else { fatalError("a fixed value is refused") }
        return value
    }

    static func partition(of key: ConnectionKey) -> Int32 {
        Partitioner.partition(of: key.tenant, partitions: SimulatedLog.partitionCount)
    }

    mutating func chance(_ one: Int, in all: Int) -> Bool { Int.random(in: 0..<all, using: &random) < one }

    /// The partitions of record topics that go with these.
    func places(_ partitions: Set<Int32>) -> [TopicPartition] {
        let streams: [StreamName] = ["groups", "tags", "tickets"]
        return partitions.sorted().flatMap { partition in
            streams.map { TopicPartition(topic: Self.namespace.records(.support, $0), partition: partition) }
        }
    }

    // MARK: Zendesk

    func desk(of key: ConnectionKey) -> SimulatedDesk {
        guard let desk = desks[key] else { fatalError("no desk of \(key)") }
        return desk
    }

    mutating func changeSomething() {
        guard let key = definitions.map(\.key).randomElement(using: &random), var desk = desks[key],
            let stream = desk.streams.keys.sorted().randomElement(using: &random)
        else { return }
        desk.change(stream, at: now, using: &random)
        desks[key] = desk
    }

    mutating func answer(
        _ request: PageRequest,
        of stream: StreamName,
        for key: ConnectionKey
    ) -> SimulatedDesk.Answer {
        var desk = desk(of: key)
        defer { desks[key] = desk }
        return desk.answer(request, of: stream, at: now, faults: hasFaults, using: &random)
    }

    // MARK: The log

    /// What a run reads before it begins.
    func saved(_ key: ConnectionKey) throws -> SavedState {
        var saved = SavedState()
        let newest = log.newest(Self.namespace.bookmarks, Self.partition(of: key), prefix: "\(key)/")
        for (name, value) in newest {
            if name == "@state" {
                saved.state = try JSONDecoder().decode(ConnectionState.self, from: Data(value))
            } else {
                saved.bookmarks[StreamName(rawValue: name)] = try JSONDecoder().decode(Bookmark.self, from: Data(value))
            }
        }
        return saved
    }

    /// Publishes a run's messages, or fails as the log may.
    /// - Returns: what the run is told; where the answer was lost they are there all the same.
    mutating func publish(_ messages: [Message], by id: String, epoch: Int) throws -> ExtractorError? {
        var fault: SimulatedLog.Fault?
        if hasFaults, chance(1, in: 12) { fault = Bool.random(using: &random) ? .unavailable : .answerLost }
        do {
            try log.publish(messages, by: id, epoch: epoch, at: now, fault: fault)
        } catch {
            switch error {
            case .fenced: return .takenOver
            case .unavailable: return .transport("the log does not answer")
            case .answerLost:
                try note(messages)
                return .transport("the log's answer was lost")
            }
        }
        try note(messages)
        return nil
    }

    private mutating func note(_ messages: [Message]) throws {
        for message in messages {
            guard let (_, stream) = Self.namespace.stream(ofRecordTopic: message.topic), let value = message.value
            else {
                continue
            }
            let event = try RecordEvent(decoding: value)
            let key = event.envelope.connection
            let before = sequences[key]?[stream] ?? 0
            try demand(event.envelope.sequence > before, "\(key) \(stream): sequences do not rise")
            sequences[key, default: [:]][stream] = event.envelope.sequence
            guard event.envelope.type == .upsert else { continue }
            let data = event.data.span
            let root = JSONNode(kind: .object, range: 0..<data.count)
            guard let id = JSON.member("id", of: root, in: data).flatMap({ JSON.integer($0.range, in: data) }),
                let version = JSON.member("v", of: root, in: data).flatMap({ JSON.integer($0.range, in: data) })
            else { throw Violation("\(key) \(stream): a record lost its fields") }
            let newest = published[key]?[stream]?[id] ?? 0
            published[key, default: [:]][stream, default: [:]][id] = max(newest, version)
        }
    }

    /// A bookmark that was published speaks of nothing that is not in the log, and never goes back.
    func check(
        _ bookmark: Bookmark,
        after before: Bookmark,
        of definition: StreamDefinition,
        for key: ConnectionKey
    ) throws {
        let place = "\(key) \(definition.name)"
        try demand(bookmark.sequence >= before.sequence, "\(place): the bookmark's sequence goes back")
        try demand(bookmark.tableVersion ?? 0 >= before.tableVersion ?? 0, "\(place): the version goes back")
        try demand((bookmark.asOf ?? now) >= (before.asOf ?? bookmark.asOf ?? now), "\(place): as_of goes back")
        guard definition.schema.replication == .incremental else { return }
        let numbers = { (text: String?) in text.map { $0.split { ",|".contains($0) }.compactMap { Int64($0) } } ?? [] }
        let cursor = numbers(bookmark.cursor)
        if let old = numbers(before.cursor).first, let new = cursor.first {
            try demand(
                new >= old || isChat(key, definition.name),
                "\(place): the cursor goes from \(old) back to \(new)"
            )
        }
        let asOf = bookmark.complete ? bookmark.asOf?.seconds : nil
        for thing in desk(of: key).streams[definition.name]?.things.values.sorted(by: { $0.id < $1.id }) ?? [] {
            let isPassed = cursor.first.map { thing.time < $0 } ?? false
            guard isPassed || asOf.map({ thing.time <= $0 }) ?? false else { continue }
            let version = published[key]?[definition.name]?[thing.id] ?? 0
            try demand(
                version >= thing.version,
                "\(place): the bookmark \(cursor) is ahead of \(thing), in the log \(version)"
            )
        }
    }

    /// Chat's exports go back to what may be asked for again.
    private func isChat(_ key: ConnectionKey, _ stream: StreamName) -> Bool {
        desk(of: key).streams[stream]?.request.dialect == .chatIncremental
    }

    /// A run has come to its end, and said so.
    mutating func hasEnded(_ order: RunOrder) throws {
        guard let slot = order.slot else { return }
        let isNew = endedSlots[order.definition.key, default: []].insert(slot).inserted
        try demand(isNew, "\(order.definition.key): the slot \(slot.formatted()) was run for twice")
    }

    // MARK: The database

    /// Loads a batch, or fails as a database may.
    /// - Throws: `DestinationError`; ``Violation``.
    mutating func apply(_ plan: BatchPlan, of definition: ConnectionDefinition) throws {
        let fault = hasFaults ? Int.random(in: 0..<12, using: &random) : 99
        if fault == 0 { throw DestinationError.unavailable("before COMMIT") }
        let now = now
        try destinations[definition.key]?.apply(plan.load, at: now) { outcome in
            try plan.conclusion(
                outcome,
                of: definition,
                namespace: Self.namespace,
                startedAt: now,
                completedAt: now
            )
        }
        if fault != 2 { relay(definition.key) }
        if fault == 1 { throw DestinationError.unavailable("the COMMIT's answer") }
    }

    /// Publishes what was written beside the rows, some of it twice.
    mutating func relay(_ key: ConnectionKey) {
        for message in destinations[key]?.takeOutbox() ?? [] {
            let copy = Message(
                topic: message.topic,
                partition: Self.partition(of: key),
                key: message.key,
                value: Array(message.body.utf8)[...]
            )
            log.append(hasFaults && chance(1, in: 5) ? [copy, copy] : [copy], at: now)
        }
    }

    /// The loaders' group notes that everything below these offsets is done: it must be.
    mutating func commit(_ offsets: [TopicPartition: Int64]) throws {
        guard accepts else { return }
        for (place, offset) in offsets {
            let first = log.committed[place] ?? 0
            for delivery in log.read(place, from: first, atMost: Int(max(0, offset - first))) {
                guard let key = delivery.keyText.flatMap(MessageKey.connection) else { continue }
                let loaded = destinations[key]?.positions[place]?.nextOffset ?? 0
                try demand(loaded > delivery.offset, "\(place): \(offset) is committed, \(loaded) is loaded")
            }
        }
        try log.commit(offsets)
    }
}

extension World {
    /// What the log has of a record and of its stream as a whole, for a failure.
    func story(of record: String, in stream: StreamName, of key: ConnectionKey) -> String {
        let place = TopicPartition(topic: Self.namespace.records(.support, stream), partition: Self.partition(of: key))
        let events = (log.deliveries[place] ?? []).compactMap { delivery -> String? in
            guard let event = try? RecordEvent(decoding: delivery.value ?? []), event.envelope.connection == key,
                event.envelope.subject == record || event.envelope.type != .upsert
            else { return nil }
            return "\(delivery.offset) \(event.envelope.type) \(String(decoding: event.data, as: UTF8.self))"
        }
        let dialect = desk(of: key).streams[stream]?.request.dialect.rawValue ?? ""
        let position = destinations[key]?.positions[place]?.nextOffset ?? 0
        return "\(dialect), loaded to \(position) of \(log.end(of: place)): \(events.joined(separator: "; "))"
    }
}
