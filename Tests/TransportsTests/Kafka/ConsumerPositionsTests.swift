import Messaging
import Testing

@testable import Transports

@Suite("ConsumerPositions")
struct ConsumerPositionsTests {
    private let partition = TopicPartition(topic: "t", partition: 3)
    private let other = TopicPartition(topic: "t", partition: 4)

    @Test("starts where the group stands, else where the log begins; what the log lost is a gap")
    func starts() {
        #expect(ConsumerPositions.start(committed: nil, log: 5..<9) == .init(offset: 5))
        #expect(ConsumerPositions.start(committed: 7, log: 5..<9) == .init(offset: 7))
        #expect(ConsumerPositions.start(committed: 9, log: 5..<9) == .init(offset: 9))
        #expect(ConsumerPositions.start(committed: 2, log: 5..<9) == .init(offset: 5, gap: 2..<5))
        #expect(ConsumerPositions.start(committed: 12, log: 0..<9) == .init(offset: 0))
    }

    @Test("hands on only what is assigned and not behind")
    func deliveries() {
        var positions = ConsumerPositions()
        positions.assign([partition: .init(offset: 5)])
        let taken = [(partition, Int64(4)), (partition, 5), (partition, 5), (partition, 8), (other, 1)].map {
            positions.deliver($0.0, offset: $0.1)
        }
        #expect(taken == [false, true, false, true, false])
        #expect(positions.next == [partition: 9])
        positions.seek(partition, to: 5)
        let again = positions.deliver(partition, offset: 5)
        positions.assign([:])
        let after = positions.deliver(partition, offset: 6)
        #expect(again && !after)
    }

    @Test("a partition that retention overtook moves; the others' starts stay")
    func move() {
        var positions = ConsumerPositions()
        positions.assign([partition: .init(offset: 5), other: .init(offset: 1)])
        _ = positions.deliver(partition, offset: 5)
        _ = positions.deliver(other, offset: 1)
        positions.move(partition, log: 20..<30)
        #expect(positions.starts == [partition: .init(offset: 20, gap: 6..<20), other: .init(offset: 1)])
        #expect(positions.next == [partition: 20, other: 2])
    }

    @Test("the end that was reached is where the consumer stands, whatever markers lie between")
    func reached() {
        var positions = ConsumerPositions()
        positions.assign([partition: .init(offset: 0)])
        _ = positions.deliver(partition, offset: 4)
        #expect(positions.bounds(of: partition, log: 0..<6) == 0..<6)
        positions.reach(partition, end: 6)
        #expect(positions.bounds(of: partition, log: 0..<6) == 0..<5)
        #expect(positions.bounds(of: partition, log: 0..<8) == 0..<8)
        positions.seek(partition, to: 2)
        #expect(positions.bounds(of: partition, log: 0..<6) == 0..<6)
    }
}
