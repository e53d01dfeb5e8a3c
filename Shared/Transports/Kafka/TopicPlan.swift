/// A namespace's topics as the cluster has them, beside what the contract says.
package struct TopicPlan: Hashable, Sendable {
    /// In the order of their names.
    package var topics: [TopicFinding]
    /// What of the brokers' own settings is not as it should be. Nothing here stops a service.
    package var brokers: [BrokerFinding]

    package init(topics: [TopicFinding], brokers: [BrokerFinding]) {
        self.topics = topics
        self.brokers = brokers
    }

    /// Every topic is there and as it should be.
    package var isFulfilled: Bool { topics.allSatisfy { $0.state == .fits } }
}

/// One topic, beside what it should be.
package struct TopicFinding: Hashable, Sendable {
    package var name: String
    package var isMissing: Bool
    /// What differs; empty for a missing topic.
    package var differences: [TopicDifference]

    package init(name: String, isMissing: Bool = false, differences: [TopicDifference] = []) {
        self.name = name
        self.isMissing = isMissing
        self.differences = differences
    }

    package enum State: String, Hashable, Sendable, Codable {
        case fits
        case missing
        case differs
    }

    package var state: State {
        if isMissing { return .missing }
        return differences.isEmpty ? .fits : .differs
    }

    /// Why services refuse to work with it; nil where they do not.
    var problem: String? {
        if isMissing { return "it does not exist; `deskpipe topics apply` makes it" }
        guard let difference = differences.first(where: \.isContradiction) else { return nil }
        let remedy = difference.remedy ?? "`deskpipe topics apply` mends it"
        return "its \(difference.setting) is \(difference.actual), it must be \(difference.wanted); \(remedy)"
    }
}

/// A setting of a topic that is not as it should be.
package struct TopicDifference: Hashable, Sendable {
    /// By Kafka's own name, or `partitions`, `replication`.
    package var setting: String
    package var actual: String
    /// What `topics apply` sets, or what a person should see to.
    package var wanted: String
    /// What to do by hand; nil where `topics apply` mends it.
    package var remedy: String?
    /// Services do not work with it: it would lose, refuse or misplace messages.
    package var isContradiction: Bool

    package init(
        _ setting: String,
        actual: String,
        wanted: String,
        remedy: String? = nil,
        isContradiction: Bool = false
    ) {
        self.setting = setting
        self.actual = actual
        self.wanted = wanted
        self.remedy = remedy
        self.isContradiction = isContradiction
    }
}

/// A setting of the brokers that should be another.
package struct BrokerFinding: Hashable, Sendable {
    package var setting: String
    package var actual: String
    package var wanted: String
    package var reason: String

    package init(_ setting: String, actual: String, wanted: String, reason: String) {
        self.setting = setting
        self.actual = actual
        self.wanted = wanted
        self.reason = reason
    }
}
