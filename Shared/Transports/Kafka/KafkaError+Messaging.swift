import Messaging
import RDKafka

extension KafkaError {
    /// What the error means to who uses the transport.
    var asMessagingError: MessagingError {
        switch code {
        case .fenced, .producerFenced, .invalidProducerEpoch:
            .fenced
        case .fencedInstance:
            .refused(call: call, reason: "another process has the same group.instance.id; give each its own")
        case .topicUnauthorized, .groupUnauthorized, .clusterUnauthorized, .transactionUnauthorized:
            .refused(call: call, reason: "\(text); allow it to this user in the cluster's ACLs")
        case .authentication:
            .refused(call: call, reason: "\(text); check `kafka.username` and `kafka.password`")
        case .unknownTopic, .unknownTopicOrPartition, .unknownPartition:
            .refused(call: call, reason: "\(text); `deskpipe topics apply` makes the topics")
        case .messageTooLarge, .policyViolation, .invalidRecord, .invalidArgument, .unsupportedFeature,
            .unsupportedVersion, .closed:
            .refused(call: call, reason: text)
        default:
            // A fatal one too: a new client may succeed.
            .unavailable(call: call, reason: text)
        }
    }
}

extension KafkaDeliveryFailure {
    var asMessagingError: MessagingError {
        error.code == .messageTooLarge ? .tooLarge(topic: topic, bytes: bytes) : error.asMessagingError
    }
}

/// Runs calls of the library and gives their errors the transport's names.
func translatingKafkaErrors<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as KafkaError {
        throw error.asMessagingError
    } catch let error as KafkaPropertyError {
        throw error.isUnknown
            ? KafkaSettingsError.unknownOption(error.property) : .invalidOption(error.property)
    }
}
