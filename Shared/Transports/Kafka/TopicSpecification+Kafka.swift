import Messaging
import Model

extension TopicSpecification {
    /// The topic's configuration by Kafka's names, for its creation.
    var kafkaConfiguration: [String: String] {
        var values = [
            "max.message.bytes": "\(maxMessageBytes)",
            // Retention follows the broker's clock, not a producer's.
            "message.timestamp.type": "LogAppendTime",
        ]
        switch cleanup {
        case .delete:
            values["cleanup.policy"] = "delete"
        case .compact:
            values["cleanup.policy"] = retention == nil ? "compact" : "compact,delete"
            values["segment.ms"] = "\(Duration.seconds(3600).wholeMilliseconds)"
            values["segment.bytes"] = "\(64 << 20)"
        }
        if let retention { values["retention.ms"] = "\(retention.wholeMilliseconds)" }
        return values
    }

    /// Why a topic with this configuration cannot be used. Its retention is its owner's affair.
    func problem(with configuration: [String: String]) -> String? {
        if let policy = configuration["cleanup.policy"] {
            let policies = Set(policy.split(separator: ",").map { $0.filter { $0 != " " } })
            let isCompact = policies.contains("compact")
            if isCompact != (cleanup == .compact) {
                return "its cleanup.policy is \(policy), it must be \(kafkaConfiguration["cleanup.policy"] ?? "")"
            }
        }
        if let bytes = configuration["max.message.bytes"].flatMap({ Int($0) }), bytes < maxMessageBytes {
            return "its max.message.bytes is \(bytes), it must be at least \(maxMessageBytes)"
        }
        if let type = configuration["message.timestamp.type"], type != "LogAppendTime" {
            return "its message.timestamp.type is \(type), it must be LogAppendTime"
        }
        return nil
    }
}
