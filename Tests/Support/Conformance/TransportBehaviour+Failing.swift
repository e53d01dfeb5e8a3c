import Messaging
import Model

extension TransportBehaviour {
    /// What holds when a process ends without closing anything, or the log itself goes.
    static let failing: [TransportBehaviour] = [
        TransportBehaviour("after a crash all published messages and commits are there", needs: [.persistence]) {
            scene in
            try await scene.prepare()
            let partition = TopicPartition(topic: scene.tickets, partition: 0)
            let identity = ProducerIdentity.transactional(id: "\(scene.namespace)/acme/support")
            let producer = try await scene.transport.producer(identity)
            for page in 0..<5 { try await producer.publish(scene.messages(scene.tickets, "p\(page)", 10)) }
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await scene.receive(50, from: consumer).deliveries
            try await consumer.commit([partition: received[20].offset])

            let next = try await scene.harness.reopenAfterCrash(scene.transport)
            try await scene.prepare(next)
            let contents = try await scene.contents(of: scene.tickets, on: next)
            try expect(contents.map(\.name), is: received.map(\.name), "the log after the crash")
            try expect(contents.map(\.offset), is: received.map(\.offset), "offsets after the crash")
            let again = try await next.consumer(group: scene.group, topics: [scene.tickets])
            let rest = try await scene.receive(30, from: again)
            try expect(rest.starts[partition], is: .init(offset: received[20].offset), "the start after the crash")
            try expect(rest.keys, is: received[20...].map(\.name), "delivered again")
            let successor = try await next.producer(identity)
            try await successor.publish(scene.messages(scene.tickets, "after", 2))
            try expect(try await scene.receive(2, from: again).keys, is: ["after-0", "after-1"], "published after")
            await again.close()
            await successor.close()
        },
        TransportBehaviour("a log made anew starts from nothing, whatever is remembered", needs: [.recreation]) {
            scene in
            try await scene.prepare()
            let partition = TopicPartition(topic: scene.tickets, partition: 0)
            try await scene.publish(scene.messages(scene.tickets, "old", 30))
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let position = try await scene.receive(30, from: consumer).deliveries[29].offset + 1
            try await consumer.commit([partition: position])
            await consumer.close()

            let next = try await scene.harness.recreate(scene.transport)
            try await scene.prepare(next)
            try await scene.publish(scene.messages(scene.tickets, "new", 3), on: next)
            let again = try await next.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await scene.receive(3, from: again)
            try expect(received.keys, is: ["new-0", "new-1", "new-2"], "the new log")
            try expect(received.starts[partition], is: .init(offset: 0), "the start in the new log")
            // A warehouse's position of the former log lies beyond the end: that is seen, and never waited for.
            let end = try await again.watermarks(of: partition).upperBound
            try expect(end < position, "the new log ends at \(end)")
            try await again.seek(partition, to: position)
            let nothing = try await again.receive(atMost: 10, bytes: 1000, within: .milliseconds(300))
            try expect(nothing.deliveries.count, is: 0, "beyond the end")
            try await again.seek(partition, to: 1)
            try expect(try await scene.receive(2, from: again).keys, is: ["new-1", "new-2"], "after seeking back")
            await again.close()
        },
    ]
}
