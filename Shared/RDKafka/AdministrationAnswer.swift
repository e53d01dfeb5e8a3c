import CLibrdkafka

/// Owns the answer to a request of the admin API.
struct AdministrationAnswer: ~Copyable {
    let event: OpaquePointer
    let call: String

    /// Makes a request and waits for its answer.
    init(
        _ handle: OpaquePointer,
        call: String,
        milliseconds: Int32,
        _ request: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) {
        let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_ANY)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: 256)
        try KafkaError.check(
            rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, &reason, reason.count),
            call: call
        )
        let queue = rd_kafka_queue_new(handle)
        defer { rd_kafka_queue_destroy(queue) }
        request(options, queue)
        // The request has its own timeout, which always makes an event; this one only bounds a fault of the library.
        guard let event = rd_kafka_queue_poll(queue, milliseconds + 10_000) else {
            throw KafkaError(.timedOut, call: call, isRetriable: true)
        }
        let code = KafkaError.Code(rd_kafka_event_error(event))
        guard code == .none else {
            let text = rd_kafka_event_error_string(event).map { String(cString: $0) }
            rd_kafka_event_destroy(event)
            throw KafkaError(code, call: call, text: text)
        }
        self.event = event
        self.call = call
    }

    deinit {
        rd_kafka_event_destroy(event)
    }

    /// What is wrong with one of the things that the request named; nil where it was done.
    func failure(_ code: rd_kafka_resp_err_t, _ text: UnsafePointer<CChar>?) -> KafkaError? {
        let code = KafkaError.Code(code)
        return code == .none ? nil : KafkaError(code, call: call, text: text.map { String(cString: $0) })
    }
}
