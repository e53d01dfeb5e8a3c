import Catalog
import Extractor
import Model
import Testing

@Suite("LaneWalk")
struct LaneWalkTests {
    private func ticket(_ second: Int64, _ id: Int64, isDeleted: Bool = false) -> ParentRecord {
        ParentRecord(key: String(id), order: String(second), isDeleted: isDeleted)
    }

    @Test("a walk goes on after the last record done, in the order of change, and leaves deleted ones out")
    func order() {
        let page = [ticket(10, 5), ticket(10, 9), ticket(11, 2), ticket(12, 1, isDeleted: true)]
        var walk = LaneWalk(done: nil, isOrdered: true)
        #expect(walk.choice(of: page, before: nil).records.map(\.key) == ["5", "9", "2"])
        #expect(walk.choice(of: page, before: nil).last?.key == "1")
        walk.finish(page[0])
        #expect(walk.done == "10|5")
        #expect(walk.position == 10)
        #expect(
            LaneWalk(done: walk.done, isOrdered: true).choice(of: page, before: nil).records.map(\.key) == ["9", "2"]
        )
        walk.finish(page[3])
        #expect(walk.choice(of: page, before: nil) == LaneWalk.Choice(records: []))
    }

    @Test("ids are compared as numbers, times before ids")
    func numbers() {
        let walk = LaneWalk(done: "10|9", isOrdered: true)
        #expect(walk.choice(of: [ticket(10, 10), ticket(9, 99)], before: nil).records.map(\.key) == ["10"])
    }

    @Test("a record that changed at the bound or later ends the walk before it")
    func bound() {
        let walk = LaneWalk(done: nil, isOrdered: true)
        let choice = walk.choice(of: [ticket(10, 1), ticket(11, 2), ticket(12, 3)], before: Timestamp(seconds: 11))
        #expect(choice.records.map(\.key) == ["1"])
        #expect(choice.isBounded)
        #expect(choice.last?.key == "1")
    }

    @Test("a record that was read out of turn after its last change is not read again")
    func revisited() {
        var walk = LaneWalk(done: nil, isOrdered: true)
        walk.revisit("1", at: Timestamp(seconds: 20))
        #expect(walk.choice(of: [ticket(19, 1)], before: nil).records.isEmpty)
        #expect(walk.choice(of: [ticket(20, 1)], before: nil).records.count == 1)
        #expect(walk.choice(of: [ticket(19, 1)], before: nil).last?.key == "1")
    }

    @Test("a list goes on after the last one done, wherever it stands, or from its beginning")
    func list() {
        let page = ["b", "a", "c"].map { ParentRecord(key: $0, order: "2026-01-01T00:00:00Z", isDeleted: false) }
        var walk = LaneWalk(done: nil, isOrdered: false)
        walk.finish(page[1])
        #expect(walk.done == "|a")
        #expect(walk.choice(of: page, before: Timestamp(seconds: 0)).records.map(\.key) == ["c"])
        #expect(LaneWalk(done: "|x", isOrdered: false).choice(of: page, before: nil).records.count == 3)
        #expect(LaneWalk(done: "nonsense", isOrdered: true).choice(of: page, before: nil).records.count == 3)
    }
}

@Suite("RefusalRule")
struct RefusalRuleTests {
    @Test("ten refusals and nothing given are a refusal of the stream; one child given makes them single ones")
    func rule() {
        var rule = RefusalRule()
        let verdicts = (0..<10).map { _ in rule.isRefused(after: 404) }
        #expect(verdicts == Array(repeating: false, count: 9) + [true])
        var other = RefusalRule()
        _ = other.isRefused(after: nil)
        let single = (0..<100).map { _ in other.isRefused(after: 403) }
        #expect(!single.contains(true) && !other.isUndecided)
    }
}

@Suite("RefusalRule at a walk's end")
struct RefusalRuleEndTests {
    @Test("a list whose every record is refused is refused; of changed records it takes three that are forbidden")
    func end() {
        var rule = RefusalRule()
        #expect(!rule.isUndecided && !rule.isRefusedAtEnd(changedOnly: false))
        _ = rule.isRefused(after: 403)
        #expect(rule.isUndecided && rule.isRefusedAtEnd(changedOnly: false))
        for status in [403, 404, 404, 404] { _ = rule.isRefused(after: status) }
        #expect(!rule.isRefusedAtEnd(changedOnly: true))
        _ = rule.isRefused(after: 403)
        #expect(rule.isRefusedAtEnd(changedOnly: true))
        _ = rule.isRefused(after: nil)
        #expect(!rule.isUndecided && !rule.isRefusedAtEnd(changedOnly: true))
    }
}

@Suite("Revisits")
struct RevisitsTests {
    @Test("each ticket once, the newest thousand, none as nil")
    func list() {
        #expect(Revisits.merged(nil, []) == nil)
        #expect(Revisits.merged([1, 2], [2, 3]) == [1, 2, 3])
        #expect(Revisits.merged(nil, Array(1...1500)) == Array(501...1500))
        #expect(Revisits.without([1], [1, 2]) == [2])
        #expect(Revisits.without([1, 2], [1, 2]) == nil)
    }
}

@Suite("LaneLimit")
struct LaneLimitTests {
    @Test("the lanes end after their time, or at the next start, whichever is first")
    func rest() {
        let now = Timestamp(seconds: 100)
        #expect(LaneLimit().rest(now: now) == nil)
        #expect(LaneLimit(time: .zero).rest(now: now) == .zero)
        #expect(LaneLimit(time: .seconds(9), end: Timestamp(seconds: 105)).rest(now: now) == .seconds(5))
        #expect(LaneLimit(time: .seconds(3), end: Timestamp(seconds: 105)).rest(now: now) == .seconds(3))
        #expect(LaneLimit(end: Timestamp(seconds: 50)).rest(now: now) == .zero)
    }
}

@Suite("ParkingRule")
struct ParkingRuleTests {
    private let refusal = ExtractorError.permission("tags", status: 403, detail: nil)
    private let start = Timestamp(seconds: 1_800_000_000)

    @Test("a parked stream is tried weekly on the schedule")
    func weekly() throws {
        let rule = try ParkingRule(try connection(), .schedule)
        let parking = rule.parking(after: nil, refusal, now: start)
        #expect(rule.isTried(nil, now: start))
        #expect(!rule.isTried(parking, now: start + .seconds(7 * 86_400 - 1)))
        #expect(rule.isTried(parking, now: start + .seconds(7 * 86_400)))
        let again = rule.parking(after: parking, refusal, now: start + .seconds(7 * 86_400))
        #expect(again.since == start)
        #expect(!rule.isTried(again, now: start + .seconds(8 * 86_400)))
        #expect(again.reason == refusal.message && again.hint == refusal.hint)
    }

    @Test("and at once when a person asks for a run, or has changed the connection")
    func atOnce() throws {
        let definition = try connection()
        let parking = try ParkingRule(definition, .schedule).parking(after: nil, refusal, now: start)
        for trigger in [ExtractionReport.Trigger.once, .command] {
            #expect(try ParkingRule(definition, trigger).isTried(parking, now: start))
        }
        var changed = definition
        changed.streams.exclude = ["groups"]
        #expect(try ParkingRule(changed, .schedule).isTried(parking, now: start))
    }
}

@Suite("Intervals")
struct IntervalsTests {
    private func bookmark(asOf seconds: Int64?, requests: Int? = nil, complete: Bool = true) -> Bookmark {
        var bookmark = Bookmark(complete: complete)
        bookmark.asOf = seconds.map(Timestamp.init(seconds:))
        bookmark.requests = requests
        return bookmark
    }

    private func isDue(
        _ name: StreamName,
        _ bookmark: Bookmark?,
        after seconds: Int64,
        trigger: ExtractionReport.Trigger = .schedule,
        change: (inout ConnectionDefinition) -> Void = { _ in }
    ) throws -> Bool {
        var definition = try connection()
        change(&definition)
        let stream = try #require(Catalog.stream(name, of: .support))
        return Intervals(definition, trigger).isDue(stream, bookmark, now: Timestamp(seconds: seconds))
    }

    @Test("tags and memberships are read once a day, others with every run")
    func day() throws {
        #expect(try !isDue("tags", bookmark(asOf: 0), after: 12 * 3600))
        #expect(try isDue("tags", bookmark(asOf: 0), after: 24 * 3600))
        // The nearest start of the schedule: some are a little early.
        #expect(try isDue("tags", bookmark(asOf: 0), after: 24 * 3600 - 800))
        #expect(try !isDue("organization_memberships", bookmark(asOf: 0), after: 3600))
        #expect(try isDue("groups", bookmark(asOf: 0), after: 60))
        #expect(try isDue("tickets", bookmark(asOf: 0), after: 60))
    }

    @Test("a full read of more than twenty requests is made once a day")
    func manyRequests() throws {
        #expect(try isDue("groups", bookmark(asOf: 0, requests: 20), after: 3600))
        #expect(try !isDue("groups", bookmark(asOf: 0, requests: 21), after: 3600))
        #expect(try isDue("users", bookmark(asOf: 0, requests: 21), after: 3600))
    }

    @Test("a stream's own interval, a person's wish and an unfinished read go before")
    func overrides() throws {
        let often = { (definition: inout ConnectionDefinition) in definition.intervals = ["tags": 3600] }
        #expect(try isDue("tags", bookmark(asOf: 0), after: 3600, change: often))
        #expect(try !isDue("tags", bookmark(asOf: 0), after: 1800, change: often))
        let seldom = { (definition: inout ConnectionDefinition) in definition.intervals = ["users": 86_400] }
        #expect(try !isDue("users", bookmark(asOf: 0), after: 3600, change: seldom))
        #expect(try isDue("tags", bookmark(asOf: 0), after: 60, trigger: .command))
        #expect(try isDue("tags", bookmark(asOf: 0), after: 60, trigger: .once))
        #expect(try isDue("tags", bookmark(asOf: 0, complete: false), after: 60))
        #expect(try isDue("tags", nil, after: 60))
    }
}

@Suite("RunConclusion")
struct RunConclusionTests {
    private func report(_ stream: StreamName, _ status: StreamReport.Status) -> StreamReport {
        StreamReport(stream: stream, status: status)
    }

    private func verdict(
        _ reports: [StreamReport],
        _ failures: [StreamName: ExtractorError] = [:],
        error: ExtractorError? = nil
    ) -> RunOutcome {
        let selected = reports.compactMap { Catalog.stream($0.stream, of: .support) }
        let conclusion = RunConclusion(selected, error, failures)
        let (status, counted) = conclusion.verdict(reports, wasStopped: false)
        var report = ExtractionReport(
            run: RunID(rawValue: "r"),
            connection: connectionOrStop(),
            trigger: .once,
            startedAt: Timestamp(seconds: 0),
            streams: reports
        )
        report.status = status
        return RunOutcome(report: report, error: error, failures: counted)
    }

    private func connectionOrStop() -> ConnectionDefinition {
        guard let definition = try? connection() else { preconditionFailure("the names are good ones") }
        return definition
    }

    private func refused(_ stream: StreamName) -> ExtractorError { .permission(stream, status: 403, detail: nil) }

    @Test("parked streams change neither status nor exit code")
    func parked() {
        let outcome = verdict([report("tickets", .caughtUp), report("tags", .parked)], ["tags": refused("tags")])
        #expect(outcome.report.status == .succeeded)
        #expect(outcome.exitCode == .ok)
    }

    @Test("a run fails only when nothing essential could be read")
    func essential() {
        let some = verdict(
            [report("tickets", .failed), report("users", .caughtUp), report("tags", .caughtUp)],
            ["tickets": refused("tickets")]
        )
        #expect(some.report.status == .partial)
        #expect(some.exitCode == .partial)
        let none = verdict(
            [report("tickets", .failed), report("users", .failed), report("tags", .caughtUp)],
            ["tickets": refused("tickets"), "users": refused("users")]
        )
        #expect(none.report.status == .failed)
        #expect(none.exitCode == .permission)
    }

    @Test("where no essential stream is selected, all are")
    func optionalOnly() {
        let none = verdict([report("tags", .parked), report("macros", .parked)], ["tags": refused("tags")])
        #expect(none.report.status == .failed)
        #expect(none.exitCode == .permission)
        let some = verdict([report("tags", .parked), report("macros", .caughtUp)], ["tags": refused("tags")])
        #expect(some.exitCode == .ok)
    }

    @Test("a failed stream beside others makes the run partial, an error of the whole run decides its code")
    func failed() {
        let error = ExtractorError.rateLimited("macros", until: Timestamp(seconds: 9))
        let partial = verdict([report("tickets", .caughtUp), report("macros", .failed)], ["macros": error])
        #expect(partial.exitCode == .partial)
        let ended = verdict([report("tickets", .failed)], [:], error: .anonymous(host: "h"))
        #expect(ended.exitCode == .authentication)
        #expect(ended.report.status == .failed)
        #expect(verdict([report("tickets", .continues)], [:], error: .takenOver).report.status == .stopped)
    }
}
