import Extractor
import Messaging
import Model
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// A log that takes states, and no page: those wait until no more are asked for, and then have no log any more.
private struct StateLog: Transport {
    private struct Producer: MessageProducer {
        let base: any MessageProducer
        let loss: @Sendable () async throws -> Void

        func publish(_ messages: [Message]) async throws {
            guard messages.contains(where: { $0.topic.hasPrefix("deskpipe.records.") }) else {
                return try await base.publish(messages)
            }
            try await loss()
            throw MessagingError.fenced
        }

        func close() async { await base.close() }
    }

    let base: EmbeddedTransport
    let loss: @Sendable () async throws -> Void

    var partitions: Int32 { base.partitions }

    func prepare(_ topics: [TopicSpecification]) async throws { try await base.prepare(topics) }

    func producer(_ identity: ProducerIdentity) async throws -> any MessageProducer {
        Producer(base: try await base.producer(identity), loss: loss)
    }

    func consumer(group: String, topics: [String]) async throws -> any MessageConsumer {
        try await base.consumer(group: group, topics: topics)
    }

    func reader(of topic: String, partitions: [Int32]?, from: [Int32: Int64]) async throws -> any MessageReader {
        try await base.reader(of: topic, partitions: partitions, from: from)
    }

    func close() async { await base.close() }
}

/// Streams, and how many requests are made before a page of them must be taken: the token's and the pages'.
private typealias Selection = (streams: [StreamName], requests: Int)

@Suite("A log that is lost")
struct LostLogTests {
    /// More than there are places for pages, and two exports of which one waits for the other's end.
    private static let selections: [Selection] = [
        (
            [
                "groups", "macros", "tags", "brands", "triggers", "automations", "sla_policies", "ticket_forms",
                "group_memberships", "satisfaction_ratings",
            ], 8
        ),
        (Rig.streams, 5),
    ]

    @Test(
        "after the first page that nobody takes, no other is asked for by those that waited for its place or its end",
        arguments: selections
    )
    private func places(selection: Selection) async throws {
        try await withRig(tickets: 10) { rig in
            rig.definition.streams = StreamSelection(include: selection.streams.map(\.rawValue))
            let (made, simulator) = (rig, rig.simulator)
            rig.environment.transport = StateLog(base: rig.transport) {
                try await made.until { simulator.account().total >= selection.requests }
                // For what must not come: one more.
                try await Task.sleep(for: .milliseconds(300))
            }
            let outcome = await rig.run()
            #expect(outcome.error == .takenOver)
            #expect(simulator.account().total == selection.requests)
        }
    }
}
