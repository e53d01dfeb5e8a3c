import CLibrdkafka
import Foundation

/// Takes away what a test left on a broker that others use too.
package enum KafkaTopics {
    /// Deletes the topics whose names begin with `prefix`. Only for a real Kafka: the mock cluster has no call for it.
    ///
    /// Waits for as long as the brokers take, at most half a minute; what stays then stays.
    /// - Parameter servers: `host:port`.
    package static func delete(prefix: String, servers: [String]) async {
        await withCheckedContinuation { continuation in
            // The calls block.
            Thread {
                deleteBlocking(prefix, servers)
                continuation.resume()
            }.start()
        }
    }

    private static func deleteBlocking(_ prefix: String, _ servers: [String]) {
        var reason = [CChar](repeating: 0, count: 512)
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "bootstrap.servers", servers.joined(separator: ","), &reason, reason.count)
        guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            return
        }
        defer { rd_kafka_destroy(client) }
        var handles: [OpaquePointer?] = names(client).filter { $0.hasPrefix(prefix) }.map {
            rd_kafka_DeleteTopic_new($0)
        }
        guard !handles.isEmpty else { return }
        defer { rd_kafka_DeleteTopic_destroy_array(&handles, handles.count) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DeleteTopics(client, &handles, handles.count, nil, queue)
        if let answer = rd_kafka_queue_poll(queue, 30_000) { rd_kafka_event_destroy(answer) }
    }

    private static func names(_ client: OpaquePointer) -> [String] {
        var answer: UnsafePointer<rd_kafka_metadata>?
        guard rd_kafka_metadata(client, 1, nil, &answer, 10_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else {
            return []
        }
        defer { rd_kafka_metadata_destroy(answer) }
        return UnsafeBufferPointer(start: answer.pointee.topics, count: Int(answer.pointee.topic_cnt))
            .map { String(cString: $0.topic) }
    }
}
