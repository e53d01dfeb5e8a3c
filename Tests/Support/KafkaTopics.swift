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

    /// Drops what a partition of a real Kafka holds before an offset, as its retention does.
    /// - Returns: whether the brokers have done it.
    package static func drop(_ topic: String, _ partition: Int32, before offset: Int64, servers: [String]) async -> Bool
    {
        await withCheckedContinuation { continuation in
            // The calls block.
            Thread { continuation.resume(returning: dropBlocking(topic, partition, offset, servers)) }.start()
        }
    }

    private static func dropBlocking(_ topic: String, _ partition: Int32, _ offset: Int64, _ servers: [String]) -> Bool
    {
        guard let client = open(servers) else { return false }
        defer { rd_kafka_destroy(client) }
        let list = rd_kafka_topic_partition_list_new(1)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        rd_kafka_topic_partition_list_add(list, topic, partition)?.pointee.offset = offset
        var requests: [OpaquePointer?] = [rd_kafka_DeleteRecords_new(list)]
        defer { rd_kafka_DeleteRecords_destroy_array(&requests, requests.count) }
        let queue = rd_kafka_queue_new(client)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DeleteRecords(client, &requests, requests.count, nil, queue)
        guard let answer = rd_kafka_queue_poll(queue, 30_000) else { return false }
        defer { rd_kafka_event_destroy(answer) }
        guard rd_kafka_event_error(answer) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let offsets = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(answer))
        else { return false }
        return offsets.pointee.elems[0].err == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    private static func open(_ servers: [String]) -> OpaquePointer? {
        var reason = [CChar](repeating: 0, count: 512)
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "bootstrap.servers", servers.joined(separator: ","), &reason, reason.count)
        if let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &reason, reason.count) { return client }
        rd_kafka_conf_destroy(configuration)
        return nil
    }

    private static func deleteBlocking(_ prefix: String, _ servers: [String]) {
        guard let client = open(servers) else { return }
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
