import Foundation
import Testing
import Transports

@testable import Deskpipe

@Suite("What `topics plan` and `topics apply` print")
struct TopicsViewTests {
    private let count = TopicDifference("partition count", actual: "6", wanted: "12", remedy: "use another namespace")
    private let retention = TopicDifference("retention.ms", actual: "1", wanted: "604800000")
    private let missing = TopicFinding(name: "ns.a", isMissing: true)
    private let fits = TopicFinding(name: "ns.b")

    @Test("a plan shows what is not as it should be, and counts the rest")
    func plan() {
        let differing = TopicFinding(name: "ns.c", differences: [count, retention])
        let view = TopicsView(TopicPlan(topics: [missing, fits, differing], brokers: []))
        #expect(!view.isFulfilled)
        let lines = view.lines()
        #expect(lines.contains { $0.hasPrefix("ns.a") && $0.contains("missing") && $0.hasSuffix("topics apply") })
        #expect(!lines.contains { $0.hasPrefix("ns.b") })
        #expect(lines.contains { $0.contains("partition count") && $0.hasSuffix("use another namespace") })
        #expect(lines.contains { $0.contains("retention.ms") && $0.hasSuffix("deskpipe topics apply") })
        #expect(lines.last == "3 topics: 1 fit, 1 missing, 1 differing")
    }

    @Test("apply shows what it made, what it mended and what stays")
    func apply() throws {
        let before = TopicPlan(
            topics: [
                missing, fits, TopicFinding(name: "ns.c", differences: [retention]),
                TopicFinding(name: "ns.d", differences: [count]),
            ],
            brokers: []
        )
        let after = TopicPlan(
            topics: [
                TopicFinding(name: "ns.a"), fits, TopicFinding(name: "ns.c"),
                TopicFinding(name: "ns.d", differences: [count]),
            ],
            brokers: []
        )
        let view = TopicsView(after, before: before)
        #expect(!view.isFulfilled)
        #expect(view.lines().last == "4 topics: 3 fit, 1 differing, 1 made, 1 mended")
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(view)) as? [String: Any]
        let topics = try #require(object?["topics"] as? [[String: Any]])
        #expect(topics.map { $0["done"] as? String } == ["made", nil, "mended", nil])
        #expect(topics.map { $0["state"] as? String } == ["fits", "fits", "fits", "differs"])
    }

    @Test("where all is well there is one line; advice for the brokers changes no exit code")
    func well() {
        #expect(TopicsView(TopicPlan(topics: [fits], brokers: [])).lines() == ["1 topic: 1 fit"])
        let advice = BrokerFinding("log.cleaner.enable", actual: "false", wanted: "true", reason: "they grow")
        let view = TopicsView(TopicPlan(topics: [fits], brokers: [advice]))
        #expect(view.isFulfilled)
        #expect(view.lines().contains { $0.contains("log.cleaner.enable") && $0.hasSuffix("they grow") })
    }
}
