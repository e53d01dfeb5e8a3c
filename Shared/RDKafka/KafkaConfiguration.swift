import CLibrdkafka

/// Properties of a client by librdkafka's own names, and who gets its log lines.
/// Source: https://github.com/confluentinc/librdkafka/blob/v2.0.2/CONFIGURATION.md
package struct KafkaConfiguration: Sendable {
    /// Set in this order of names; values may be secrets.
    package var properties: [String: String]
    /// Names of ``properties`` whose values are in no message.
    package var secretProperties: Set<String>
    /// Called on the library's own threads.
    package var log: @Sendable (KafkaLogLine) -> Void

    package init(
        _ properties: [String: String],
        secretProperties: Set<String> = [],
        log: @escaping @Sendable (KafkaLogLine) -> Void
    ) {
        self.properties = properties
        self.secretProperties = secretProperties
        self.log = log
    }

    /// What the installed library was built with: `lz4_ext`, `zstd`, `ssl`, `sasl_scram`, ...
    package static var builtInFeatures: Set<String> {
        let configuration = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(configuration) }
        var size = 512
        var text = [CChar](repeating: 0, count: size)
        guard rd_kafka_conf_get(configuration, "builtin.features", &text, &size) == RD_KAFKA_CONF_OK else { return [] }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Set(String(decoding: bytes, as: UTF8.self).split(separator: ",").map(String.init))
    }

    /// A configuration object with everything set, to be owned by the caller.
    func makeHandle(callbacks: KafkaCallbacks, kind: KafkaClient.Kind) throws -> OpaquePointer {
        guard let handle = rd_kafka_conf_new() else { throw KafkaError(.invalidArgument, call: "rd_kafka_conf_new") }
        var reason = [CChar](repeating: 0, count: 512)
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            let result = rd_kafka_conf_set(handle, name, value, &reason, reason.count)
            if result != RD_KAFKA_CONF_OK {
                rd_kafka_conf_destroy(handle)
                let text = String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                throw KafkaPropertyError(
                    property: name,
                    isUnknown: result == RD_KAFKA_CONF_UNKNOWN,
                    text: secretProperties.contains(name) ? "it does not take the value" : text
                )
            }
        }
        callbacks.install(in: handle, kind: kind)
        return handle
    }
}

/// A property that librdkafka does not take.
package struct KafkaPropertyError: Error, Hashable {
    package let property: String
    /// There is no property of this name; else the value is not one that it takes.
    package let isUnknown: Bool
    /// The library's own words; without the value where that is a secret.
    package let text: String
}

/// A line of the library's own log.
package struct KafkaLogLine: Hashable, Sendable {
    /// As syslog counts: 0 emergency, 3 error, 4 warning, 6 info, 7 debug.
    package let level: Int32
    /// The library's short name for the kind of line: `FAIL`, `CONFWARN`.
    package let facility: String
    package let text: String
}
