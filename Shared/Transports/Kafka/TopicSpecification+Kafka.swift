import Messaging
import Model

extension TopicSpecification {
    /// The topic's configuration by Kafka's names, for its creation.
    func kafkaConfiguration(replication: Int32) -> [String: String] {
        var values = [
            "cleanup.policy": cleanupPolicy,
            "max.message.bytes": "\(maxMessageBytes)",
            // Retention follows the broker's clock, not a producer's.
            "message.timestamp.type": "LogAppendTime",
            // Of three copies one may be away; with fewer there is none to spare.
            "min.insync.replicas": replication > 2 ? "2" : "1",
        ]
        if cleanup == .compact {
            values["segment.ms"] = "\(Duration.seconds(3600).wholeMilliseconds)"
            values["segment.bytes"] = "\(64 << 20)"
        }
        if let retention { values["retention.ms"] = "\(retention.wholeMilliseconds)" }
        return values
    }

    private var cleanupPolicy: String {
        switch cleanup {
        case .delete: "delete"
        case .compact: retention == nil ? "compact" : "compact,delete"
        }
    }
}
