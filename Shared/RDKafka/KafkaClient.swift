import CLibrdkafka

/// Owns one producer or consumer handle of librdkafka and the topic handles made from it. It decides nothing.
///
/// Many calls block: use it from one actor on a ``BlockingExecutor``, which also keeps its callbacks on one thread.
package final class KafkaClient {
    package enum Kind: Hashable, Sendable {
        case producer
        case consumer
    }

    let callbacks: KafkaCallbacks
    /// `host:port`, of the brokers that it was given.
    package let brokers: [String]
    private let kind: Kind
    /// Nil once closed.
    private var handle: OpaquePointer?
    private var topics: [String: OpaquePointer] = [:]

    /// Starts the client's threads; connects later.
    /// - Throws: ``KafkaPropertyError`` for a property that the library does not take, ``KafkaError`` for properties
    ///   that contradict each other.
    package init(_ kind: Kind, _ configuration: KafkaConfiguration) throws {
        callbacks = KafkaCallbacks(log: configuration.log)
        self.kind = kind
        brokers = configuration.properties["bootstrap.servers"]?.split(separator: ",").map(String.init) ?? []
        let properties = try configuration.makeHandle(callbacks: callbacks, kind: kind)
        var reason = [CChar](repeating: 0, count: 512)
        let type = kind == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let handle = rd_kafka_new(type, properties, &reason, reason.count) else {
            let code = KafkaError.Code(rd_kafka_last_error())
            // A successful rd_kafka_new takes the configuration over; a failed one leaves it.
            rd_kafka_conf_destroy(properties)
            let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw KafkaError(code, call: "rd_kafka_new", text: text)
        }
        self.handle = handle
    }

    /// Leaves the group, if it is in one, and frees everything; blocks until the threads have ended.
    package func close() {
        guard let handle else { return }
        if kind == .consumer {
            callbacks.answersAtOnce = true
            rd_kafka_consumer_close(handle)
        }
        destroy(flags: 0)
    }

    /// Without ``close()`` this is as if the process had been killed: the group is not told.
    deinit {
        destroy(flags: RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    private func destroy(flags: Int32) {
        guard let handle else { return }
        self.handle = nil
        for topic in topics.values { rd_kafka_topic_destroy(topic) }
        topics = [:]
        rd_kafka_destroy_flags(handle, flags)
    }

    /// The C handle for one call.
    func open(for call: String) throws(KafkaError) -> OpaquePointer {
        guard let handle else { throw KafkaError(.closed, call: call, text: "it is closed") }
        return handle
    }

    /// The topic's handle, made at its first use and kept until ``close()``.
    func topicHandle(_ name: String) throws(KafkaError) -> OpaquePointer {
        if let topic = topics[name] { return topic }
        let handle = try open(for: "rd_kafka_topic_new")
        guard let topic = rd_kafka_topic_new(handle, name, nil) else {
            throw KafkaError(.init(rd_kafka_last_error()), call: "rd_kafka_topic_new")
        }
        topics[name] = topic
        return topic
    }

    /// Serves callbacks; waits for the first one at most `milliseconds`.
    package func poll(milliseconds: Int32) throws(KafkaError) {
        rd_kafka_poll(try open(for: "rd_kafka_poll"), milliseconds)
    }

    /// The last failure of each connection to a broker, as far as calls have been served.
    package var brokerFailures: [KafkaBrokerFailure] {
        callbacks.brokerFailures.values.sorted { $0.broker < $1.broker }
    }

    /// The error that made the handle useless; nil while it is of use.
    package var fatalError: KafkaError? {
        guard let handle else { return nil }
        var reason = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(handle, &reason, reason.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return KafkaError(.init(code), call: "rd_kafka_fatal_error", text: text, isFatal: true)
    }
}
