import Messaging
import Model

extension TransportBehaviour {
    /// What holds of readers.
    static let reading: [TransportBehaviour] = [
        TransportBehaviour("a reader reads partitions of its choice from offsets of its choice, to the end") { scene in
            try await scene.prepare()
            try await scene.publish(
                scene.messages(scene.tickets, "a", 20) + scene.messages(scene.tickets, "b", 20, partition: 1)
            )
            let all = try await scene.contents(of: scene.tickets, partitions: [1])
            try expect(all.map(\.name), is: (0..<20).map { "b-\($0)" }, "one partition")
            let rest = try await scene.contents(of: scene.tickets, from: [1: all[15].offset])
            try expect(rest.filter { $0.partition == 0 }.count, is: 20, "the partition without a start")
            let late = rest.filter { $0.partition == 1 }.map(\.name)
            try expect(late, is: (15..<20).map { "b-\($0)" }, "the partition with a start")
            let none = try await scene.contents(of: scene.tickets, partitions: [1], from: [1: all[19].offset + 1])
            try expect(none.count, is: 0, "from the end")
            try expect(try await scene.contents(of: scene.users).count, is: 0, "an empty topic")
        },
        TransportBehaviour("a reader ends where the log ended when it was made") { scene in
            try await scene.prepare()
            try await scene.publish(scene.messages(scene.tickets, "a", 3))
            let reader = try await scene.transport.reader(of: scene.tickets, partitions: nil, from: [:])
            try await scene.publish(scene.messages(scene.tickets, "late", 3))
            let read = try await scene.rest(of: reader)
            try expect(try await reader.next(atMost: 10) == nil, "a reader at its end goes on")
            await reader.close()
            try expect(read.map(\.name), is: ["a-0", "a-1", "a-2"], "read")
            try expect(try await scene.contents(of: scene.tickets).count, is: 6, "a new reader")
        },
        TransportBehaviour("a reader leaves a group's progress alone") { scene in
            try await scene.prepare()
            try await scene.publish(scene.messages(scene.tickets, "a", 3))
            _ = try await scene.contents(of: scene.tickets)
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            try expect(try await scene.receive(3, from: consumer).keys, is: ["a-0", "a-1", "a-2"], "received")
            await consumer.close()
        },
    ]
}
