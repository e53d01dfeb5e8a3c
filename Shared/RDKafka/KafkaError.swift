import CLibrdkafka

/// What librdkafka answered instead of success: the call, its code and the library's text.
package struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The C function, for messages.
    package let call: String
    package let code: Code
    /// The library's text; it names brokers and topics, never credentials or content.
    package let text: String
    /// The same call may succeed when it is made again.
    package let isRetriable: Bool
    /// The handle is of no further use.
    package let isFatal: Bool
    /// The transaction can only be aborted; a new one may succeed.
    package let requiresAbort: Bool

    package init(
        _ code: Code,
        call: String,
        text: String? = nil,
        isRetriable: Bool = false,
        isFatal: Bool = false,
        requiresAbort: Bool = false
    ) {
        self.call = call
        self.code = code
        self.text = text ?? String(cString: rd_kafka_err2str(code.value))
        self.isRetriable = isRetriable
        self.isFatal = isFatal
        self.requiresAbort = requiresAbort
    }

    package var description: String { "\(call): \(code): \(text)" }

    /// Takes over an error object of the library and destroys it.
    init(taking error: OpaquePointer, call: String) {
        self.init(
            Code(rd_kafka_error_code(error)),
            call: call,
            text: String(cString: rd_kafka_error_string(error)),
            isRetriable: rd_kafka_error_is_retriable(error) != 0,
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0
        )
        rd_kafka_error_destroy(error)
    }

    /// Throws unless the code is that of success.
    static func check(_ code: rd_kafka_resp_err_t, call: String) throws(KafkaError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(Code(code), call: call) }
    }

    /// Throws, and destroys, the error object that a call gave; nil is success.
    static func check(_ error: OpaquePointer?, call: String) throws(KafkaError) {
        if let error { throw KafkaError(taking: error, call: call) }
    }

    /// An error code of the protocol, or a negative one of the library's own.
    /// Source: https://docs.confluent.io/platform/current/clients/librdkafka/html/rdkafka_8h.html
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        init(_ value: rd_kafka_resp_err_t) {
            rawValue = value.rawValue
        }

        var value: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }

        /// The C name without its prefix: `_TIMED_OUT`.
        package var description: String { String(cString: rd_kafka_err2name(value)) }
    }
}

extension KafkaError.Code {
    package static let none = Self(RD_KAFKA_RESP_ERR_NO_ERROR)

    // The library's own.
    package static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    package static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    package static let partitionEnd = Self(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    package static let offsetOutOfReach = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    package static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    package static let purgedInQueue = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    package static let purgedInFlight = Self(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    package static let unsupportedFeature = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)
    package static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    package static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    package static let maxPollExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    package static let noOffset = Self(RD_KAFKA_RESP_ERR__NO_OFFSET)
    package static let closed = Self(RD_KAFKA_RESP_ERR__DESTROY)
    package static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    package static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    package static let authentication = Self(RD_KAFKA_RESP_ERR__AUTHENTICATION)

    // The protocol's.
    package static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    package static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    package static let topicExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    package static let unsupportedVersion = Self(RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION)
    package static let topicUnauthorized = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    package static let groupUnauthorized = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    package static let clusterUnauthorized = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    package static let transactionUnauthorized = Self(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    package static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
    package static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    package static let fencedInstance = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    package static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    package static let unknownMember = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    package static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    package static let invalidReplication = Self(RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR)
    package static let policyViolation = Self(RD_KAFKA_RESP_ERR_POLICY_VIOLATION)
    package static let invalidRecord = Self(RD_KAFKA_RESP_ERR_INVALID_RECORD)
}
