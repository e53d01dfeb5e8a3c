import Messaging
import Model

extension TransportBehaviour {
    /// What holds of consumers and their groups.
    static let consuming: [TransportBehaviour] = [
        TransportBehaviour("two groups each receive everything, in the order of each partition") { scene in
            try await scene.prepare()
            try await scene.publish(
                scene.messages(scene.tickets, "a", 50) + scene.messages(scene.tickets, "b", 50, partition: 1)
            )
            for group in ["one", "two"] {
                let consumer = try await scene.transport.consumer(
                    group: "\(scene.namespace).\(group)",
                    topics: [scene.tickets]
                )
                let received = try await scene.receive(100, from: consumer)
                try expect(received.deliveries.count, is: 100, "group \(group)")
                for (partition, name) in [(Int32(0), "a"), (1, "b")] {
                    let keys = received.deliveries.filter { $0.partition == partition }.map(\.name)
                    try expect(keys, is: (0..<50).map { "\(name)-\($0)" }, "partition \(partition) for \(group)")
                }
                let newest = received.deliveries.filter { $0.partition == 0 }.last?.offset ?? -1
                try await consumer.commit([TopicPartition(topic: scene.tickets, partition: 0): newest + 1])
                await consumer.close()
            }
        },
        TransportBehaviour("the assignment names every partition of every topic, from its start") { scene in
            try await scene.prepare()
            try await scene.publish([scene.message(scene.tickets, "a", "x")])
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets, scene.users])
            let received = try await scene.assignment(of: [scene.tickets, scene.users], from: consumer)
            await consumer.close()
            let all = [scene.tickets, scene.users].flatMap { topic in
                (0..<scene.transport.partitions).map { TopicPartition(topic: topic, partition: $0) }
            }
            try expect(Set(received.starts.keys), is: Set(all), "partitions")
            for (partition, start) in received.starts { try expect(start, is: .init(offset: 0), "\(partition)") }
            try expect(received.numbers, is: received.numbers.sorted(), "numbers of assignments")
        },
        TransportBehaviour("a group resumes from its commit, and receives again what it did not commit") { scene in
            try await scene.prepare()
            let partition = TopicPartition(topic: scene.tickets, partition: 0)
            try await scene.publish(scene.messages(scene.tickets, "a", 10))
            let first = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await scene.receive(10, from: first)
            try await first.commit([partition: received.deliveries[4].offset])
            await first.close()
            let second = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let again = try await scene.receive(6, from: second)
            try expect(again.starts[partition], is: .init(offset: received.deliveries[4].offset), "the start")
            try expect(again.keys, is: (4..<10).map { "a-\($0)" }, "received again")
            try await second.commit([partition: received.deliveries[9].offset + 1])
            await second.close()
            let third = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            _ = try await scene.assignment(of: [scene.tickets], from: third)
            try await scene.publish([scene.message(scene.tickets, "new", "x")])
            try expect(try await scene.receive(1, from: third).keys, is: ["new"], "after all was committed")
            await third.close()
        },
        TransportBehaviour("a commit of one group is no other's") { scene in
            try await scene.prepare()
            let partition = TopicPartition(topic: scene.tickets, partition: 0)
            try await scene.publish(scene.messages(scene.tickets, "a", 3))
            let one = try await scene.transport.consumer(group: "\(scene.namespace).one", topics: [scene.tickets])
            let received = try await scene.receive(3, from: one)
            try await one.commit([partition: received.deliveries[2].offset + 1])
            await one.close()
            let two = try await scene.transport.consumer(group: "\(scene.namespace).two", topics: [scene.tickets])
            try expect(try await scene.receive(3, from: two).keys, is: ["a-0", "a-1", "a-2"], "the other group")
            await two.close()
        },
        TransportBehaviour("seek goes back and forth, to an offset or the first after it") { scene in
            try await scene.prepare()
            let partition = TopicPartition(topic: scene.tickets, partition: 0)
            try await scene.publish(scene.messages(scene.tickets, "a", 20))
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let all = try await scene.receive(20, from: consumer).deliveries
            try await consumer.seek(partition, to: all[12].offset)
            try expect(try await scene.receive(8, from: consumer).keys, is: (12..<20).map { "a-\($0)" }, "back")
            try await consumer.seek(partition, to: all[2].offset)
            let some = try await consumer.receive(atMost: 3, bytes: 1 << 20, within: .seconds(20))
            try expect(some.deliveries.map(\.name), is: ["a-2", "a-3", "a-4"], "further back")
            try await consumer.seek(partition, to: all[18].offset)
            try expect(try await scene.receive(2, from: consumer).keys, is: ["a-18", "a-19"], "forth")
            try await consumer.seek(partition, to: all[19].offset + 1)
            try await scene.publish([scene.message(scene.tickets, "new", "x")])
            try expect(try await scene.receive(1, from: consumer).keys, is: ["new"], "at the end")
            await consumer.close()
        },
        TransportBehaviour("watermarks are the first offset and the one after the last") { scene in
            try await scene.prepare()
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            _ = try await scene.assignment(of: [scene.tickets], from: consumer)
            let partition = TopicPartition(topic: scene.tickets, partition: 1)
            try expect(try await consumer.watermarks(of: partition), is: 0..<0, "of an empty partition")
            try await scene.publish(scene.messages(scene.tickets, "a", 5, partition: 1))
            let range = try await consumer.watermarks(of: partition)
            try expect(range.lowerBound, is: 0, "the first")
            // A transaction's end may take an offset of its own.
            try expect(scene.isDense ? range.upperBound == 5 : (5...6).contains(range.upperBound), "\(range)")
            await consumer.close()
        },
        TransportBehaviour("receive keeps to its bounds; one larger delivery comes alone") { scene in
            try await scene.prepare()
            let large = String(repeating: "l", count: 5000)
            var messages = (0..<10).map { scene.message(scene.tickets, "a-\($0)", String(repeating: "s", count: 100)) }
            messages.append(scene.message(scene.tickets, "large", large))
            messages += scene.messages(scene.tickets, "b", 10)
            try await scene.publish(messages)
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            var keys: [String] = []
            let deadline = ContinuousClock.now + .seconds(600)
            while keys.count < messages.count, ContinuousClock.now < deadline {
                let some = try await consumer.receive(atMost: 4, bytes: 250, within: .seconds(2)).deliveries
                try expect(some.count <= 4, "\(some.count) deliveries, at most 4 asked for")
                let sizes = some.map { $0.value?.count ?? 0 }
                try expect(sizes.dropLast().reduce(0, +) < 250, "went on after the bound of bytes: \(sizes)")
                keys += some.map(\.name)
            }
            await consumer.close()
            try expect(keys, is: messages.map(\.key), "all messages")
        },
        TransportBehaviour("receive returns when a message arrives, and with nothing when its time is up") { scene in
            try await scene.prepare()
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            _ = try await scene.assignment(of: [scene.tickets], from: consumer)
            let nothing = try await consumer.receive(atMost: 10, bytes: 1000, within: .milliseconds(200))
            try expect(nothing.deliveries.isEmpty && nothing.assignment == nil, "something from an empty log")
            let start = ContinuousClock.now
            async let reception = consumer.receive(atMost: 10, bytes: 1000, within: .seconds(3600))
            try await scene.publish([scene.message(scene.tickets, "a", "x")])
            try expect(try await reception.deliveries.map(\.name), is: ["a"], "received")
            let elapsed = ContinuousClock.now - start
            try expect(elapsed < .seconds(1800), "it took \(elapsed)")
            await consumer.close()
        },
        TransportBehaviour("a topic that appears later is followed, and nothing comes twice") { scene in
            try await scene.transport.prepare([scene.namespace.recordTopic(.support, "tickets")])
            try await scene.publish(scene.messages(scene.tickets, "a", 3))
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets, scene.users])
            var received = try await scene.receive(3, from: consumer)
            let former = received.numbers.last ?? -1
            try await scene.transport.prepare([scene.namespace.recordTopic(.support, "users")])
            try await scene.publish(scene.messages(scene.users, "u", 2))
            let deadline = ContinuousClock.now + .seconds(600)
            while received.deliveries.count < 5, ContinuousClock.now < deadline {
                received.add(try await consumer.receive(atMost: 10, bytes: 1000, within: .seconds(2)))
            }
            await consumer.close()
            try expect(received.keys.sorted(), is: ["a-0", "a-1", "a-2", "u-0", "u-1"], "received")
            try expect(received.numbers.last ?? -1 > former, "the assignment has no new number")
        },
        TransportBehaviour("publishers and a consumer at work together lose and double nothing") { scene in
            try await scene.prepare()
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        let partition = Int32(writer) % scene.transport.partitions
                        let identity = ProducerIdentity.transactional(id: "\(scene.namespace)/w\(writer)")
                        let producer = try await scene.transport.producer(identity)
                        for page in 0..<10 {
                            let name = "w\(writer)p\(page)"
                            try await producer.publish(scene.messages(scene.tickets, name, 20, partition: partition))
                        }
                        await producer.close()
                    }
                }
                let received = try await scene.receive(600, from: consumer)
                try await group.waitForAll()
                return received
            }
            await consumer.close()
            try expect(received.deliveries.count, is: 600, "received")
            for writer in 0..<3 {
                let expected = (0..<10).flatMap { page in (0..<20).map { "w\(writer)p\(page)-\($0)" } }
                try expect(received.keys.filter { $0.hasPrefix("w\(writer)") }, is: expected, "writer \(writer)")
            }
        },
    ]
}
