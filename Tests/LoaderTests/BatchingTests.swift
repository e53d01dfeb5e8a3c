import Loader
import Messaging
import Model
import TestSupport
import Testing

@Suite("BatchAccumulator")
struct BatchAccumulatorTests {
    private let start = Timestamp(seconds: 1000)

    @Test("rows over all connections seal the largest batch")
    func rows() throws {
        let big = try Scene(tenant: "big")
        let small = try Scene(tenant: "small")
        var accumulator = BatchAccumulator(BatchSettings(rows: 4, bytes: 1 << 20, age: .seconds(60)))
        #expect(accumulator.add(big.upsert("{}", of: "t", sequence: 1, offset: 0), of: big.key, at: start).isEmpty)
        #expect(accumulator.add(big.upsert("{}", of: "t", sequence: 2, offset: 1), of: big.key, at: start).isEmpty)
        #expect(accumulator.add(small.upsert("{}", of: "t", sequence: 3, offset: 2), of: small.key, at: start).isEmpty)
        let sealed = accumulator.add(small.upsert("{}", of: "u", sequence: 4, offset: 0), of: small.key, at: start)
        #expect(sealed.map(\.connection) == [big.key] && sealed.first?.events.count == 2)
        #expect(accumulator.rows == 2)
    }

    @Test("age seals each batch by its own first event")
    func age() throws {
        let first = try Scene(tenant: "first")
        let second = try Scene(tenant: "second")
        var accumulator = BatchAccumulator(BatchSettings(rows: 100, bytes: 1 << 20, age: .seconds(60)))
        _ = accumulator.add(first.upsert("{}", of: "t", sequence: 1, offset: 0), of: first.key, at: start)
        _ = accumulator.add(
            second.upsert("{}", of: "t", sequence: 1, offset: 1),
            of: second.key,
            at: start + .seconds(30)
        )
        #expect(accumulator.nextDue == start + .seconds(60))
        #expect(accumulator.due(at: start + .seconds(59)).isEmpty)
        #expect(accumulator.due(at: start + .seconds(60)).map(\.connection) == [first.key])
        #expect(accumulator.nextDue == start + .seconds(90))
    }

    @Test("open batches never exceed their bounds, and no event is lost or doubled", arguments: 1...20)
    func bounds(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let scenes = try (0..<4).map { try Scene(tenant: "t\($0)") }
        let settings = BatchSettings(rows: 25, bytes: 900, age: .seconds(10))
        var accumulator = BatchAccumulator(settings)
        var sealed: [Int64] = []
        var now = start
        for offset in 0..<400 {
            let scene = scenes[Int.random(in: 0..<4, using: &random)]
            let json = String(repeating: "x", count: Int.random(in: 1...120, using: &random))
            now = now + .milliseconds(Int64.random(in: 0...900, using: &random))
            let event = scene.upsert(json, of: "t", sequence: 1, offset: Int64(offset))
            let full = accumulator.add(event, of: scene.key, at: now) + accumulator.due(at: now)
            sealed += full.flatMap(\.events).map(\.offset)
            #expect(accumulator.rows < settings.rows && accumulator.bytes < settings.bytes)
        }
        sealed += accumulator.sealAll().flatMap(\.events).map(\.offset)
        #expect(sealed.sorted() == Array(0..<400))
        #expect(accumulator.rows == 0 && accumulator.bytes == 0)
    }
}

@Suite("PositionFilter")
struct PositionFilterTests {
    private let partition = TopicPartition(topic: "records", partition: 2)

    @Test(
        "a repeat lies below the offset and not above the sequence",
        arguments: [
            (99, 50, .repeat), (99, 49, .repeat), (99, 51, .otherLog), (100, 10, .new), (101, 60, .new),
            (0, 51, .otherLog),
        ] as [(Int64, Int64, PositionFilter.Verdict)]
    )
    func verdicts(_ offset: Int64, _ sequence: Int64, _ verdict: PositionFilter.Verdict) {
        let filter = PositionFilter([LogPosition(topic: "records", partition: 2, nextOffset: 100, sequence: 50)])
        #expect(filter.verdict(on: partition, offset: offset, sequence: sequence) == verdict)
        #expect(filter.verdict(on: TopicPartition(topic: "other", partition: 2), offset: 1, sequence: 1) == .new)
    }

    @Test("what was loaded once is a repeat ever after", arguments: 1...20)
    func idempotent(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var filter = PositionFilter()
        var loaded: [(offset: Int64, sequence: Int64)] = []
        var offset: Int64 = 0
        for _ in 0..<50 {
            offset += Int64.random(in: 1...3, using: &random)
            let sequence = Int64.random(in: 0...1000, using: &random)
            #expect(filter.verdict(on: partition, offset: offset, sequence: sequence) == .new)
            filter.loaded(filter.change(of: partition, lastOffset: offset, maxSequence: sequence).new)
            loaded.append((offset, sequence))
            for (offset, sequence) in loaded {
                #expect(filter.verdict(on: partition, offset: offset, sequence: sequence) == .repeat)
            }
        }
    }
}

@Suite("OffsetTracker")
struct OffsetTrackerTests {
    private let partition = TopicPartition(topic: "records", partition: 2)

    @Test("the commit stays below what is in hand and below what was dropped")
    func pins() throws {
        let key = try Scene().key
        var tracker = OffsetTracker()
        #expect(tracker.assign([partition: 10], dropping: [:]).isEmpty)
        #expect(tracker.committable(inHand: [:]).isEmpty)
        for offset in Int64(10)..<20 { tracker.received(partition, offset: offset) }
        #expect(tracker.committable(inHand: [partition: 13]) == [partition: 13])
        tracker.pin(key, partition, at: 15)
        tracker.pin(key, partition, at: 12)
        #expect(tracker.committable(inHand: [partition: 13]) == [partition: 12])
        #expect(tracker.passedOver == [key: [partition: 12]])
        tracker.movePin(key, partition, to: 17)
        #expect(tracker.committable(inHand: [:]) == [partition: 17])
        tracker.unpin(key, partition)
        #expect(tracker.passedOver.isEmpty && tracker.committable(inHand: [:]) == [partition: 20])
        tracker.committed([partition: 20])
        #expect(tracker.committable(inHand: [:]).isEmpty)
    }

    @Test("a partition that stays assigned goes back to what was dropped of it")
    func reassigned() {
        var tracker = OffsetTracker()
        _ = tracker.assign([partition: 0], dropping: [:])
        tracker.received(partition, offset: 41)
        #expect(tracker.assign([partition: 42], dropping: [partition: 30]) == [partition: 30])
        #expect(tracker.next == [partition: 30])
        #expect(tracker.assign([partition: 25], dropping: [partition: 30]).isEmpty)
    }

    @Test("what was passed over comes again with a new assignment")
    func passedOver() throws {
        let key = try Scene().key
        var tracker = OffsetTracker()
        _ = tracker.assign([partition: 0], dropping: [:])
        tracker.received(partition, offset: 41)
        tracker.pin(key, partition, at: 20)
        #expect(tracker.assign([partition: 42], dropping: [partition: 30]) == [partition: 20])
        #expect(tracker.passedOver.isEmpty && tracker.pin(key, partition) == nil)
    }
}
