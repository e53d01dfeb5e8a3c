import Messaging

/// Publishes into the embedded log; both identities publish all or nothing here.
struct EmbeddedProducer: MessageProducer {
    let log: EmbeddedLog
    let holder: (id: String, epoch: Int)?

    func publish(_ messages: [Message]) async throws {
        try await log.publish(messages, by: holder)
    }

    func close() async {}
}
