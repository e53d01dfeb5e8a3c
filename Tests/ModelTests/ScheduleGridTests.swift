import Foundation
import Model
import Testing

@Suite("ScheduleGrid")
struct ScheduleGridTests {
    @Test(
        "starts keep to the grid of the previous scheduled start; what was missed is made up for once",
        arguments: [
            (nil, 1000, 1000, 0), (1000, 1000, 1030, 0), (1000, 1010, 1030, 0), (1000, 1030, 1030, 0),
            (1000, 1031, 1030, 0), (1000, 1119, 1090, 2), (1000, 1120, 1120, 3),
        ] as [(Int64?, Int64, Int64, Int)]
    )
    func grid(last: Int64?, now: Int64, expected: Int64, skipped: Int) {
        let grid = ScheduleGrid(Schedule(everySeconds: 30))
        let next = grid.next(after: last.map(Timestamp.init(seconds:)), now: Timestamp(seconds: now))
        let start = Timestamp(seconds: expected)
        #expect(next == Slot(start: start, dueAt: start, skipped: skipped))
    }

    @Test(
        "starts that pass while a run is under way are passed over and counted",
        arguments: [
            (1000, 1010, 1030, 0), (1000, 1030, 1060, 1), (1000, 1068, 1090, 2), (1000, 1029, 1030, 0),
        ] as [(Int64, Int64, Int64, Int)]
    )
    func overlong(last: Int64, now: Int64, expected: Int64, skipped: Int) {
        let grid = ScheduleGrid(Schedule(everySeconds: 30))
        let next = grid.next(after: Timestamp(seconds: last), now: Timestamp(seconds: now), missed: .skipped)
        #expect(next.start == Timestamp(seconds: expected) && next.skipped == skipped)
    }

    @Test("a run that ends before a start's jitter has passed does not miss that start")
    func jitterNotPassed() throws {
        let grid = ScheduleGrid(Schedule(everySeconds: 600), jitter: .seconds(50))
        let last = try time("2026-11-20T10:00:00Z")
        let next = grid.next(after: last, now: try time("2026-11-20T10:10:20Z"), missed: .skipped)
        #expect(next == Slot(start: last + .seconds(600), dueAt: last + .seconds(650), skipped: 0))
        let late = grid.next(after: last, now: try time("2026-11-20T10:10:50Z"), missed: .skipped)
        #expect(late.start == last + .seconds(1200) && late.skipped == 1)
    }

    @Test(
        "a clock that is set back a little waits for the next start; one set back far goes on with the grid",
        arguments: [
            ("2026-11-20T09:59:59.200Z", "2026-11-20T10:30:00Z"), ("2026-11-20T09:50:00Z", "2026-11-20T10:30:00Z"),
            ("2026-11-20T09:40:00Z", "2026-11-20T10:00:00Z"), ("2026-11-19T09:50:00Z", "2026-11-19T10:00:00Z"),
            ("2020-01-01T00:29:00Z", "2020-01-01T00:30:00Z"),
        ]
    )
    func setBack(now: String, expected: String) throws {
        let grid = ScheduleGrid(Schedule(everySeconds: 1800))
        let next = grid.next(after: try time("2026-11-20T10:00:00Z"), now: try time(now))
        #expect(next.start == (try time(expected)) && next.skipped == 0)
    }

    @Test("a clock that is set forward brings one run, and counts what it jumped over")
    func setForward() throws {
        let grid = ScheduleGrid(Schedule(everySeconds: 1800))
        let next = grid.next(after: try time("2026-11-20T10:00:00Z"), now: try time("2026-11-21T10:10:00Z"))
        #expect(next.start == (try time("2026-11-21T10:00:00Z")) && next.skipped == 47)
    }

    @Test(
        "an anchor fixes the time of day in UTC, and the first run waits for it",
        arguments: [
            (nil, "2026-11-20T10:10:00Z", "2026-11-20T14:00:00Z", 0),
            (nil, "2026-11-20T20:00:00Z", "2026-11-21T02:00:00Z", 0),
            ("2026-11-20T09:13:00Z", "2026-11-20T10:10:00Z", "2026-11-20T14:00:00Z", 0),
            ("2026-11-20T08:00:00Z", "2026-11-20T14:00:00Z", "2026-11-20T14:00:00Z", 0),
            ("2026-11-20T08:00:00Z", "2026-11-21T08:30:00Z", "2026-11-21T08:00:00Z", 3),
        ] as [(String?, String, String, Int)]
    )
    func anchor(last: String?, now: String, expected: String, skipped: Int) throws {
        let grid = ScheduleGrid(Schedule(everySeconds: 6 * 3600, anchor: TimeOfDay(rawValue: "02:00")))
        let next = grid.next(after: try last.map(time), now: try time(now))
        #expect(next.start == (try time(expected)) && next.skipped == skipped)
    }

    @Test(
        "cron takes the place of the others",
        arguments: [
            (nil, "2026-11-20T10:10:00Z", "2026-11-21T03:00:00Z", 0),
            ("2026-11-20T03:00:00Z", "2026-11-20T10:10:00Z", "2026-11-21T03:00:00Z", 0),
            ("2026-11-17T03:00:00Z", "2026-11-20T10:10:00Z", "2026-11-20T03:00:00Z", 2),
            // Woken a moment early, and a day earlier.
            ("2026-11-20T03:00:00Z", "2026-11-20T02:59:59.500Z", "2026-11-21T03:00:00Z", 0),
            ("2026-11-20T03:00:00Z", "2026-11-19T04:00:00Z", "2026-11-20T03:00:00Z", 0),
        ] as [(String?, String, String, Int)]
    )
    func cron(last: String?, now: String, expected: String, skipped: Int) throws {
        let anchor = TimeOfDay(rawValue: "02:00")
        let grid = ScheduleGrid(Schedule(everySeconds: 60, anchor: anchor, cron: "0 0 3 * * ?"))
        let next = grid.next(after: try last.map(time), now: try time(now))
        #expect(next.start == (try time(expected)) && next.skipped == skipped)
    }

    @Test("a schedule that has ended has its next start at the end of the calendar")
    func ended() throws {
        let grid = ScheduleGrid(Schedule(cron: "0 0 3 * * ? 2025"))
        #expect(grid.next(after: nil, now: try time("2026-01-01")).start == (try time("9999-12-31T23:59:59Z")))
    }

    @Test("the period is the shortest time between starts")
    func period() {
        #expect(ScheduleGrid(Schedule(everySeconds: 90)).period == .seconds(90))
        #expect(ScheduleGrid(Schedule(cron: "0 0/20 9-17 ? * MON-FRI")).period == .seconds(1200))
        #expect(ScheduleGrid(Schedule(cron: "0 0 3 ? * SUN")).period == .seconds(7 * 86_400))
        // Of a newer version's grammar.
        #expect(ScheduleGrid(Schedule(everySeconds: 90, cron: "H H * * *")).period == .seconds(90))
    }

    @Test("with schedules of streams there are the starts of all, together where they fall together")
    func streams() throws {
        var definition = try #require(DefinitionTests.definition)
        definition.schedule = Schedule(everySeconds: 6 * 3600)
        #expect(ScheduleGrid(of: definition) == ScheduleGrid(definition.schedule, of: definition.key))
        definition.schedules = [
            "tickets": Schedule(everySeconds: 2 * 3600, anchor: TimeOfDay(rawValue: "01:00")),
            "tags": Schedule(cron: "0 0 3,6 * * ?"),
        ]
        let grid = ScheduleGrid(of: definition)
        var starts: [String] = []
        var start = try time("2026-11-19T23:59:00Z")
        while starts.count < 9 {
            start = grid.start(after: start)
            starts.append(String(start.formatted(.seconds).dropFirst(11).prefix(5)))
        }
        #expect(starts == ["00:00", "01:00", "03:00", "05:00", "06:00", "07:00", "09:00", "11:00", "12:00"])
        let midnight = try time("2026-11-20")
        let next = grid.next(after: midnight, now: try time("2026-11-20T12:30:00Z"))
        #expect(next.start == (try time("2026-11-20T12:00:00Z")) && next.skipped == 7)
        #expect(grid.next(after: nil, now: midnight + .seconds(60)).start == midnight + .seconds(3600))
    }

    @Test("a connection's jitter is always the same, at most a tenth of the period and a minute, and spread")
    func jitter() throws {
        let tenant = try #require(TenantID(rawValue: "acme"))
        for (every, most) in [(60, 6), (300, 30), (86_400, 60)] as [(Int64, Int64)] {
            var seen: Set<Duration> = []
            for index in 0..<500 {
                let id = try #require(ConnectionID(rawValue: "c\(index)"))
                let key = ConnectionKey(tenant: tenant, connection: id)
                let grid = ScheduleGrid(Schedule(everySeconds: every), of: key)
                #expect(grid == ScheduleGrid(Schedule(everySeconds: every), of: key))
                let start = Timestamp(seconds: 1_800_000_000)
                let slot = grid.next(after: start, now: start)
                #expect(slot.start == start + .seconds(every))
                #expect((.zero ... .seconds(most)).contains(slot.dueAt - slot.start))
                seen.insert(slot.dueAt - slot.start)
            }
            #expect(seen.count > 300)
            #expect(seen.contains { $0 > .seconds(most) * 9 / 10 } && seen.contains { $0 < .seconds(most) / 10 })
        }
    }

    @Test("each start has one run, whatever the runs take, until the clock is moved")
    func walk() {
        let grid = ScheduleGrid(Schedule(everySeconds: 60), jitter: .seconds(5))
        var random = SystemRandomNumberGenerator()
        var now = Timestamp(seconds: 1_800_000_000)
        var last: Timestamp?
        var runs = 0
        var skipped = 0
        var began: [Timestamp] = []
        while runs < 2000 {
            let slot = grid.next(after: last, now: now, missed: .skipped)
            now = max(now, slot.dueAt)
            if let last { #expect(slot.start > last) }
            skipped += slot.skipped
            began.append(slot.start)
            last = slot.start
            runs += 1
            now = now + .milliseconds(.random(in: 0...150_000, using: &random))
        }
        let span = (began[began.count - 1] - began[0]).wholeMicroseconds / 60_000_000
        #expect(Int64(runs - 1 + skipped) == span)
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(parsing: text)) }
}

@Suite("Schedules on the wire")
struct ScheduleWireTests {
    @Test("one that was written before anchors and crons reads as it was")
    func old() throws {
        let schedule = try JSONDecoder().decode(Schedule.self, from: Data(#"{"every_seconds":600}"#.utf8))
        #expect(schedule == Schedule(everySeconds: 600))
    }

    @Test("anchor and cron are texts")
    func texts() throws {
        let schedule = Schedule(everySeconds: 3600, anchor: TimeOfDay(rawValue: "02:30"), cron: "0 0 3 * * ?")
        let text = try WireJSON.text(of: schedule)
        #expect(text == #"{"anchor":"02:30","cron":"0 0 3 * * ?","every_seconds":3600}"#)
        #expect(try JSONDecoder().decode(Schedule.self, from: Data(text.utf8)) == schedule)
    }

    @Test(
        "a time of day has two digits for hours and minutes",
        arguments: ["2:00", "24:00", "12:60", "", "02:00Z", "+1:00"]
    )
    func wrongTimes(text: String) {
        #expect(TimeOfDay(rawValue: text) == nil)
    }
}
