import Messaging
import Model
import Testing

@testable import Transports

@Suite("RetentionRule and SpaceRule")
struct RetentionRuleTests {
    private let rule = RetentionRule(keep: .seconds(3600))
    private let now = Timestamp(seconds: 2_000_000_000)

    private func log(
        _ topic: String = "ns.records.zendesk-support.tickets",
        retention: Duration? = .days(7),
        start: Int64 = 0
    ) -> LogRow {
        LogRow(
            id: 1,
            topic: topic,
            partition: 0,
            start: start,
            next: 100,
            lastTimestamp: now,
            compactedTo: 0,
            cleanup: .delete,
            retention: retention,
            maxMessageBytes: 1
        )
    }

    @Test("records: below what all groups have done, and older than keep; age does not count without room")
    func records() {
        let older = now - .seconds(3600)
        #expect(rule.limit(of: log(), done: 40, at: now, isPressed: false) == .init(below: 40, before: older))
        #expect(rule.limit(of: log(), done: 40, at: now, isPressed: true) == .init(below: 40, before: nil))
        #expect(rule.limit(of: log(), done: 400, at: now, isPressed: false)?.below == 100)
        #expect(rule.limit(of: log(), done: nil, at: now, isPressed: true) == nil)
        #expect(rule.limit(of: log(), done: 0, at: now, isPressed: true) == nil)
        #expect(rule.limit(of: log(start: 40), done: 40, at: now, isPressed: false) == nil)
    }

    @Test("other topics: older than their retention, whatever the pressure, and not before their groups are done")
    func others() {
        let reports = log("ns.reports.loading", retention: .days(60))
        let older = now - .days(60)
        #expect(rule.limit(of: reports, done: nil, at: now, isPressed: false) == .init(below: 100, before: older))
        #expect(rule.limit(of: reports, done: nil, at: now, isPressed: true) == .init(below: 100, before: older))
        #expect(rule.limit(of: reports, done: 7, at: now, isPressed: false) == .init(below: 7, before: older))
        #expect(rule.limit(of: log("ns.bookmarks", retention: nil), done: nil, at: now, isPressed: true) == nil)
    }

    @Test(
        "record topics are known by their names",
        arguments: [
            ("deskpipe.records.zendesk-support.tickets", true), ("a-b.records.zendesk-chat.chats", true),
            ("deskpipe.records.other.tickets", false), ("deskpipe.rejected", false), ("records", false), ("", false),
        ]
    )
    func names(_ topic: String, _ holds: Bool) {
        #expect(RetentionRule.holdsRecords(topic) == holds)
    }

    @Test("the log grows up to its bound and up to the disk's reserve")
    func space() {
        let rule = SpaceRule(max: 1000, reserve: 100)
        #expect(rule.refusal(adding: 160, used: 760, free: nil, isLoaded: false) == nil)
        #expect(rule.refusal(adding: 160, used: 761, free: nil, isLoaded: false) != nil)
        #expect(rule.refusal(adding: 160, used: 0, free: 580, isLoaded: false) == nil)
        #expect(rule.refusal(adding: 160, used: 0, free: 579, isLoaded: false) != nil)
        #expect(rule.refusal(adding: 9000, used: 761, free: nil, isLoaded: true) == nil)
        #expect(rule.refusal(adding: 160, used: 0, free: 579, isLoaded: true) != nil)
    }

    @Test(
        "sizes are told in units",
        arguments: [(Int64(512), "0.5 KiB"), (1 << 20, "1.0 MiB"), (10 << 30, "10.0 GiB")]
    )
    func sizes(_ bytes: Int64, _ text: String) {
        #expect(SpaceRule.text(bytes) == text)
    }
}
