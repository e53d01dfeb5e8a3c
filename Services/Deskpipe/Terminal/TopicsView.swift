import Transports

/// What `topics plan` and `topics apply` print.
struct TopicsView: Encodable {
    private let topics: [Topic]
    private let brokers: [Broker]

    private struct Topic: Encodable {
        var topic: String
        var state: TopicFinding.State
        /// What `apply` did: `made`, `mended`; nil where it did nothing.
        var done: Done?
        var differences: [Difference]
    }

    private enum Done: String, Encodable {
        case made
        case mended
    }

    private struct Difference: Encodable {
        var setting: String
        var actual: String
        var wanted: String
        var remedy: String
        /// Services refuse to start.
        var stops: Bool
    }

    private struct Broker: Encodable {
        var setting: String
        var actual: String
        var wanted: String
        var reason: String
    }

    /// - Parameters:
    ///   - plan: what there is.
    ///   - before: what there was before `apply`; nil where nothing was to be changed.
    init(_ plan: TopicPlan, before: TopicPlan? = nil) {
        let former = Dictionary((before?.topics ?? []).map { ($0.name, $0) }) { first, _ in first }
        topics = plan.topics.map { topic in
            Topic(
                topic: topic.name,
                state: topic.state,
                done: Self.done(topic, before: former[topic.name]),
                differences: topic.differences.map {
                    Difference(
                        setting: $0.setting,
                        actual: $0.actual,
                        wanted: $0.wanted,
                        remedy: $0.remedy ?? "deskpipe topics apply",
                        stops: $0.isContradiction
                    )
                }
            )
        }
        brokers = plan.brokers.map {
            Broker(setting: $0.setting, actual: $0.actual, wanted: $0.wanted, reason: $0.reason)
        }
    }

    private static func done(_ topic: TopicFinding, before: TopicFinding?) -> Done? {
        guard let before, before != topic else { return nil }
        return before.isMissing ? .made : .mended
    }

    /// All topics are there and as they should be. The brokers' own settings are their owner's.
    var isFulfilled: Bool { topics.allSatisfy { $0.state == .fits } }

    func lines() -> [String] {
        var table = TextTable([
            ("topic", .left), ("state", .left), ("setting", .left), ("is", .left), ("should be", .left),
            ("what mends it", .left),
        ])
        var isEmpty = true
        for topic in topics where topic.state != .fits || topic.done != nil {
            isEmpty = false
            let state = topic.done.map(\.rawValue) ?? topic.state.rawValue
            if topic.differences.isEmpty {
                table.add([topic.topic, state, "", "", "", topic.state == .missing ? "deskpipe topics apply" : ""])
            }
            for difference in topic.differences {
                table.add([
                    topic.topic, topic.state.rawValue, difference.setting, difference.actual, difference.wanted,
                    difference.remedy,
                ])
            }
        }
        for broker in brokers {
            isEmpty = false
            table.add(["(brokers)", "advice", broker.setting, broker.actual, broker.wanted, broker.reason])
        }
        return (isEmpty ? [] : table.lines() + [""]) + [summary]
    }

    /// `51 topics: 48 fit, 2 are missing, 1 differs`
    private var summary: String {
        func count(_ state: TopicFinding.State) -> Int { topics.count { $0.state == state } }
        var parts = ["\(count(.fits)) fit"]
        if count(.missing) > 0 { parts.append("\(count(.missing)) missing") }
        if count(.differs) > 0 { parts.append("\(count(.differs)) differing") }
        let made = topics.count { $0.done == .made }
        let mended = topics.count { $0.done == .mended }
        if made > 0 { parts.append("\(made) made") }
        if mended > 0 { parts.append("\(mended) mended") }
        return "\(topics.count.counted("topic")): \(parts.joined(separator: ", "))"
    }
}
