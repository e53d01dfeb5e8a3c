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

/// Runs calls of the library and gives their errors the transport's names.
func translatingKafkaErrors<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as KafkaError {
        if error.call == "rd_kafka_new" { throw KafkaSettingsError.rejected(text: error.text) }
        throw error.asMessagingError
    } catch let error as KafkaPropertyError {
        throw KafkaSettingsError.invalidOption(error.property, text: error.text)
    }
}

/// As ``translatingKafkaErrors(_:)``, of calls of one client: that the brokers do not answer is told with their names.
func translatingKafkaErrors<Value: ~Copyable>(of client: KafkaClient, _ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as KafkaError {
        throw client.explain(error)
    }
}

extension KafkaClient {
    /// How long the failure of a connection explains what goes wrong later: the library tells the same failure again
    /// after half a minute only.
    private static let memory = Duration.seconds(60)

    /// What an error of one of this client's calls means, with what is known of the brokers.
    func explain(_ error: KafkaError) -> MessagingError {
        guard case .unavailable(let call, let reason) = error.asMessagingError else { return error.asMessagingError }
        try? poll(milliseconds: 0)  // a closed client has no more to tell
        let failures = recentFailures
        if failures.isEmpty { return .unavailable(call: call, reason: "\(brokers.joined(separator: ", ")): \(reason)") }
        return .unavailable(call: call, reason: failures.map(\.words).joined(separator: "; "))
    }

    func explain(_ failure: KafkaDeliveryFailure) -> MessagingError {
        failure.error.code == .messageTooLarge
            ? .tooLarge(topic: failure.topic, bytes: failure.bytes) : explain(failure.error)
    }

    /// That the brokers do not let this client in; nil while one of them may.
    var refusal: MessagingError? {
        try? poll(milliseconds: 0)  // a closed client has no more to tell
        let failures = recentFailures
        guard let first = failures.first, failures.allSatisfy({ $0.error.code == .authentication }) else { return nil }
        return .refused(
            call: "the login to Kafka",
            reason: "\(first.words); check `kafka.username`, `kafka.password` and `kafka.mechanism`"
        )
    }

    private var recentFailures: [KafkaBrokerFailure] {
        let now = ContinuousClock.now
        // That all brokers are down is said with the name of the client, and by each of them.
        return brokerFailures.filter { now - $0.time < Self.memory && $0.error.code != .allBrokersDown }
    }
}

extension KafkaBrokerFailure {
    /// `kafka-1:9092: Connect to ipv4#10.0.0.1:9092 failed: Connection refused`
    fileprivate var words: String {
        let text = error.text
        let end = text.firstRange(of: " (after ")?.lowerBound ?? text.endIndex
        return "\(broker): \(text[..<end])"
    }
}
