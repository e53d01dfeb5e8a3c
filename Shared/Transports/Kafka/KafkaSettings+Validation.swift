package import Model

extension KafkaSettings {
    /// - Throws: what cannot work, whatever the brokers say.
    package func validate() throws(KafkaSettingsError) {
        if brokers.isEmpty || brokers.contains(where: \.isEmpty) { throw .noBroker }
        if partitions < 1 { throw .outOfRange(setting: "kafka.partitions", least: 1) }
        if replication < 1 { throw .outOfRange(setting: "kafka.replication", least: 1) }
        if sessionTimeout < .seconds(1) { throw .outOfRange(setting: "kafka.session_timeout in seconds", least: 1) }
        for broker in brokers { try check(host: broker) }
        if effectiveSecurity.usesSASL && !namesMechanism {
            if username == nil { throw .missing(setting: "kafka.username", for: "kafka.security") }
            if password == nil { throw .missing(setting: "kafka.password", for: "kafka.security") }
        }
        if !effectiveSecurity.usesSASL && username != nil { throw .unused(setting: "kafka.username") }
        if certificates.client != nil && certificates.key == nil {
            throw .missing(setting: "kafka.key", for: "kafka.certificate")
        }
        if certificates.key != nil && certificates.client == nil {
            throw .missing(setting: "kafka.certificate", for: "kafka.key")
        }
        for option in (Array(options.keys) + secretOptions.keys).sorted() {
            if let reason = KafkaOptionRule.refusal(of: option) { throw .refusedOption(option, reason: reason) }
        }
        for option in options.keys.sorted() where KafkaOptionRule.isSecret(option) {
            throw .inlineSecret(option)
        }
    }

    /// Refuses a host beyond this machine where connections are not encrypted.
    func check(host: String) throws(KafkaSettingsError) {
        guard !effectiveSecurity.isEncrypted, !allowsPlaintext, !Self.isLoopback(host) else { return }
        throw .plaintext(host: host)
    }

    /// The options name a way to log in, maybe one without a password.
    var namesMechanism: Bool { options["sasl.mechanism"] != nil || options["sasl.mechanisms"] != nil }
}

/// What is wrong with ``KafkaSettings``.
package enum KafkaSettingsError: ExplainedError, Hashable {
    case noBroker
    case outOfRange(setting: String, least: Int)
    case missing(setting: String, for: String)
    case unused(setting: String)
    /// A host beyond this machine would be talked to in clear.
    case plaintext(host: String)
    /// An option that is not the owner's to set.
    case refusedOption(String, reason: KafkaOptionRule.Refusal)
    /// An option that is a secret, written as it is.
    case inlineSecret(String)
    /// librdkafka has no such property, or does not take the value; in its words.
    case invalidOption(String, text: String)
    /// librdkafka does not take the properties together; in its words.
    case rejected(text: String)

    package var message: String {
        switch self {
        case .noBroker:
            "`transport` names no Kafka broker: write it as kafka://host:port,host:port"
        case .outOfRange(let setting, let least):
            "\(setting) must be at least \(least)"
        case .missing(let setting, let other):
            "\(setting) is missing: `\(other)` asks for it"
        case .unused(let setting):
            "\(setting) is set, but `kafka.security` is without a login; set sasl_ssl, or remove it"
        case .plaintext(let host):
            "Kafka at \(host) would be talked to without encryption; set `kafka.security: ssl` or `sasl_ssl`, or, where "
                + "the network in between is trusted, `kafka.allow_plaintext: true`"
        case .refusedOption(let name, let reason):
            "`kafka.options` may not set \(name): \(reason.text)"
        case .inlineSecret(let name):
            "`kafka.options`: \(name) must be a reference, env:NAME or file:PATH, not the secret itself"
        case .invalidOption(let name, let text):
            "`kafka.options`: the Kafka client does not take \(name): \(text)"
        case .rejected(let text):
            "the Kafka client does not take its settings: \(text); see `kafka` in the configuration"
        }
    }

    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
