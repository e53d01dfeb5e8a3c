import CLibrdkafka

/// What the library calls back with, kept until its owner asks.
///
/// The library holds it as an unretained opaque pointer; ``KafkaClient`` keeps it alive until the handle is destroyed.
/// Log lines come on any thread; everything else only inside a call that the owner makes, on the owner's thread.
final class KafkaCallbacks {
    private let log: @Sendable (KafkaLogLine) -> Void
    /// Changes of the group's assignment that the owner has not taken yet.
    var rebalances: [KafkaRebalance] = []
    /// A revocation is answered by itself: while the client is being closed, which waits for that.
    var answersAtOnce = false
    /// Messages reported since the owner last set this to zero.
    var reported = 0
    /// The first message since then that could not be delivered, other than by an abort.
    var failure: KafkaDeliveryFailure?
    /// The last failure of each connection to a broker, by the broker's name in the library's texts.
    var brokerFailures: [String: KafkaBrokerFailure] = [:]

    /// Brokers whose failures are kept.
    private static let mostBrokers = 32

    init(log: @escaping @Sendable (KafkaLogLine) -> Void) {
        self.log = log
    }

    /// Sets the callbacks of a kind of client.
    func install(in configuration: OpaquePointer, kind: KafkaClient.Kind) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_log_cb(configuration) { handle, level, facility, text in
            guard let handle, let opaque = rd_kafka_opaque(handle), let facility, let text else { return }
            KafkaCallbacks.at(opaque).log(
                KafkaLogLine(level: level, facility: String(cString: facility), text: String(cString: text))
            )
        }
        rd_kafka_conf_set_error_cb(configuration) { _, code, text, opaque in
            guard let opaque, let text else { return }
            KafkaCallbacks.at(opaque).failed(KafkaError.Code(rawValue: code), String(cString: text))
        }
        switch kind {
        case .producer:
            rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message, let opaque else { return }
                KafkaCallbacks.at(opaque).delivered(message.pointee)
            }
        case .consumer:
            rd_kafka_conf_set_rebalance_cb(configuration) { handle, code, partitions, opaque in
                guard let handle, let opaque else { return }
                KafkaCallbacks.at(opaque).rebalanced(handle, code, partitions)
            }
        }
    }

    private static func at(_ opaque: UnsafeMutableRawPointer) -> KafkaCallbacks {
        Unmanaged<KafkaCallbacks>.fromOpaque(opaque).takeUnretainedValue()
    }

    private func failed(_ code: KafkaError.Code, _ text: String) {
        // `sasl_ssl://kafka-1:9093/bootstrap: Connect to ... failed: Connection refused (after 0ms in state CONNECT)`
        guard let end = text.firstRange(of: ": ") else { return }
        let name = text[..<end.lowerBound]
        let start = name.firstRange(of: "://")?.upperBound ?? name.startIndex
        let broker = String(name[start...].prefix { $0 != "/" })
        guard brokerFailures[broker] != nil || brokerFailures.count < Self.mostBrokers else { return }
        brokerFailures[broker] = KafkaBrokerFailure(
            broker: broker,
            error: KafkaError(code, call: "connect", text: String(text[end.upperBound...])),
            time: ContinuousClock.now
        )
    }

    private func delivered(_ message: rd_kafka_message_t) {
        reported += 1
        let code = KafkaError.Code(message.err)
        guard failure == nil, code != .none, code != .purgedInQueue, code != .purgedInFlight else { return }
        failure = KafkaDeliveryFailure(
            topic: String(cString: rd_kafka_topic_name(message.rkt)),
            bytes: message.len + message.key_len,
            error: KafkaError(code, call: "rd_kafka_produce")
        )
    }

    private func rebalanced(
        _ handle: OpaquePointer,
        _ code: rd_kafka_resp_err_t,
        _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            // The owner assigns when it has found out where to start; until then nothing is fetched.
            rebalances.append(.assigned(partitions.map(PartitionList.entries(of:))?.map(\.partition) ?? []))
        } else {
            // The group waits for the answer: the owner gives it when it has put down what it held.
            if answersAtOnce { rd_kafka_assign(handle, nil) }
            rebalances.append(.revoked)
        }
        // So that the poll which this is called from returns at once.
        rd_kafka_yield(handle)
    }
}

/// A change of what the group gives this member.
package enum KafkaRebalance: Hashable, Sendable {
    /// The member now holds these and no others. Nothing is fetched before ``KafkaClient/assign(_:)``.
    case assigned([KafkaPartition])
    /// The group asks everything back. It waits for ``KafkaClient/unassign()``, until which messages still come.
    case revoked
}

/// A message that was not delivered.
package struct KafkaDeliveryFailure: Hashable, Sendable {
    package let topic: String
    /// Of its key and value.
    package let bytes: Int
    package let error: KafkaError
}

/// A connection to a broker that failed; the library goes on trying.
package struct KafkaBrokerFailure: Hashable, Sendable {
    /// `host:port`
    package let broker: String
    package let error: KafkaError
    package let time: ContinuousClock.Instant
}
