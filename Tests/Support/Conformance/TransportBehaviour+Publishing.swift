import Messaging
import Model

extension TransportBehaviour {
    /// What holds of messages once they are published.
    static let publishing: [TransportBehaviour] = [
        TransportBehaviour("what is published is in the log when publish returns, whole and in its order") { scene in
            try await scene.prepare()
            let first = scene.messages(scene.tickets, "a", 40) + scene.messages(scene.users, "u", 5)
            try await scene.publish(first + scene.messages(scene.tickets, "b", 30, partition: 1))
            let tickets = try await scene.contents(of: scene.tickets)
            let names = (0..<40).map { "a-\($0)" } + (0..<30).map { "b-\($0)" }
            try expect(tickets.map(\.name), is: names, "tickets")
            try expect(tickets.map(\.text), is: names, "values")
            try expect(try await scene.contents(of: scene.users).count, is: 5, "users")
        },
        TransportBehaviour("offsets rise, and time stamps never fall, within a partition") { scene in
            try await scene.prepare()
            for round in 0..<4 { try await scene.publish(scene.messages(scene.tickets, "r\(round)", 5)) }
            let deliveries = try await scene.contents(of: scene.tickets)
            try expect(deliveries.count, is: 20, "messages")
            for (former, next) in zip(deliveries, deliveries.dropFirst()) {
                try expect(former.offset < next.offset, "offset \(next.offset) after \(former.offset)")
                try expect(former.timestamp <= next.timestamp, "a time stamp fell at \(next.offset)")
            }
            try expect(deliveries.allSatisfy { $0.timestamp > Timestamp(seconds: 1_000_000_000) }, "an old time stamp")
        },
        TransportBehaviour("offsets of a partition are dense", needs: [.denseOffsets]) { scene in
            try await scene.prepare()
            for round in 0..<3 { try await scene.publish(scene.messages(scene.tickets, "r\(round)", 4, partition: 1)) }
            let offsets = try await scene.contents(of: scene.tickets).map(\.offset)
            try expect(offsets, is: Array(0..<12), "offsets")
        },
        TransportBehaviour("keys and values arrive byte for byte; empty is not absent") { scene in
            try await scene.prepare()
            var random = SplitMix64(seed: 7)
            let bytes = random.bytes(1000)
            let long = String(repeating: "k", count: 900)
            let keys = ["acme/support/1", "a%2Fb,c", "\u{e9}\u{1f980}", "nul\u{0}in", long]
            var messages = keys.map { scene.message(scene.users, $0, $0) }
            messages.append(Message(topic: scene.users, partition: 0, key: "bytes", value: bytes[...]))
            messages.append(Message(topic: scene.users, partition: 0, key: "slice", value: bytes[100..<200]))
            messages.append(scene.message(scene.users, "empty", ""))
            messages.append(scene.message(scene.users, "nothing", nil))
            try await scene.publish(messages)
            let deliveries = try await scene.contents(of: scene.users)
            try expect(deliveries.map(\.name), is: messages.map(\.key), "keys")
            let values = messages.map { $0.value.map(Array.init) }
            try expect(deliveries.map { $0.value.map(Array.init) }, is: values, "values")
        },
        TransportBehaviour("a value of 4 MB passes, to readers and consumers") { scene in
            try await scene.prepare()
            var random = SplitMix64(seed: 4)
            let large = random.bytes(4_000_000)
            try await scene.publish([
                scene.message(scene.tickets, "before", "x"),
                Message(topic: scene.tickets, partition: 0, key: "large", value: large[...]),
                scene.message(scene.tickets, "after", "y"),
            ])
            let read = try await scene.contents(of: scene.tickets)
            try expect(read.map(\.name), is: ["before", "large", "after"], "read")
            try expect(read[1].value.map(Array.init) == large, "the value changed on its way")
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await scene.receive(3, from: consumer)
            await consumer.close()
            try expect(received.deliveries.map { $0.value?.count }, is: [1, 4_000_000, 1], "received")
        },
        TransportBehaviour("a message above its topic's limit is refused, and nothing of its page published") { scene in
            try await scene.prepare()
            try await scene.publish([scene.message(scene.tickets, "former", "x")])
            let tooLarge = Message(
                topic: scene.tickets,
                partition: 0,
                key: "large",
                value: [UInt8](repeating: 120, count: Namespace.maxRecordMessageBytes + 1)[...]
            )
            let page = scene.messages(scene.tickets, "page", 3) + [tooLarge] + scene.messages(scene.users, "page", 3)
            do {
                try await scene.publish(page, id: "second")
                throw UnmetExpectation("a message above the limit was taken")
            } catch MessagingError.tooLarge(let topic, let bytes) {
                try expect(topic, is: scene.tickets, "the topic")
                try expect(bytes > Namespace.maxRecordMessageBytes, "the size \(bytes)")
            }
            try await scene.publish([scene.message(scene.tickets, "next", "x")], id: "second")
            try expect(try await scene.contents(of: scene.tickets).map(\.name), is: ["former", "next"], "tickets")
            try expect(try await scene.contents(of: scene.users).count, is: 0, "users")
        },
        TransportBehaviour("an idempotent producer publishes too") { scene in
            try await scene.prepare()
            let producer = try await scene.transport.producer(.idempotent)
            let report = scene.message(scene.namespace.loadingReports, "acme/support/tickets", "{}", partition: 1)
            try await producer.publish([report])
            try await producer.publish([])
            try await producer.publish([report, report])
            await producer.close()
            try expect(try await scene.contents(of: scene.namespace.loadingReports).count, is: 3, "reports")
        },
        TransportBehaviour("messages of a transaction that did not commit are never seen", needs: [.isolation]) {
            scene in
            try await scene.prepare()
            try await scene.publish([scene.message(scene.tickets, "before", "x")])
            try await scene.harness.publishWithoutCommit(
                scene.messages(scene.tickets, "aborted", 5),
                through: scene.transport
            )
            try await scene.publish([scene.message(scene.tickets, "after", "x")])
            try expect(try await scene.contents(of: scene.tickets).map(\.name), is: ["before", "after"], "read")
            let consumer = try await scene.transport.consumer(group: scene.group, topics: [scene.tickets])
            let received = try await scene.receive(2, from: consumer)
            await consumer.close()
            try expect(received.keys, is: ["before", "after"], "received")
        },
        TransportBehaviour("a newer producer of an id shuts the older one out for good", needs: [.fencing]) { scene in
            try await scene.prepare()
            let identity = ProducerIdentity.transactional(id: "\(scene.namespace)/acme/support")
            let other = ProducerIdentity.transactional(id: "\(scene.namespace)/other/support")
            let older = try await scene.transport.producer(identity)
            let stranger = try await scene.transport.producer(other)
            try await older.publish([scene.message(scene.tickets, "older", "x")])
            let newer = try await scene.transport.producer(identity)
            for _ in 0..<2 {
                do {
                    try await older.publish([scene.message(scene.tickets, "zombie", "x")])
                    throw UnmetExpectation("the older producer still publishes")
                } catch MessagingError.fenced {}
            }
            try await newer.publish([scene.message(scene.tickets, "newer", "x")])
            try await stranger.publish([scene.message(scene.tickets, "stranger", "x")])
            await older.close()
            try await newer.publish([scene.message(scene.tickets, "newest", "x")])
            await newer.close()
            await stranger.close()
            let keys = try await scene.contents(of: scene.tickets).map(\.name)
            try expect(keys, is: ["older", "newer", "stranger", "newest"], "tickets")
        },
        TransportBehaviour("topics can be prepared again; another clean-up is refused", needs: [.topicConfiguration]) {
            scene in
            try await scene.prepare()
            try await scene.publish([scene.message(scene.tickets, "a", "x")])
            try await scene.prepare()
            try expect(try await scene.contents(of: scene.tickets).count, is: 1, "tickets")
            do {
                let other = TopicSpecification(name: scene.tickets, cleanup: .compact, retention: nil)
                try await scene.transport.prepare([other])
                throw UnmetExpectation("a topic with another clean-up was taken")
            } catch MessagingError.topicContradicts(let topic, _) {
                try expect(topic, is: scene.tickets, "the topic")
            }
        },
        TransportBehaviour("a compact topic keeps the last message of each key", needs: [.compaction]) { scene in
            try await scene.prepare()
            let bookmarks = scene.namespace.bookmarks
            for round in 0..<5 {
                try await scene.publish(["a", "b"].map { scene.message(bookmarks, $0, "\($0)\(round)") })
            }
            try await scene.publish([scene.message(bookmarks, "c", "c", partition: 1)])
            try await scene.harness.compact(scene.transport)
            let kept = try await scene.contents(of: bookmarks)
            try expect(kept.map(\.text), is: ["a4", "b4", "c"], "kept")
            try await scene.publish([scene.message(bookmarks, "a", "a5")])
            try await scene.harness.compact(scene.transport)
            let later = try await scene.contents(of: bookmarks)
            try expect(later.map(\.text), is: ["b4", "a5", "c"], "kept later")
            try expect(later[1].offset > kept[1].offset, "an offset was given twice")
        },
    ]
}
