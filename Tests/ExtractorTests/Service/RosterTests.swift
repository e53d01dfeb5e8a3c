import Extractor
import Model
import Testing

@Suite("Roster")
struct RosterTests {
    private static let start = Timestamp(seconds: 1_795_168_800)

    private var roster = Roster(concurrency: 2, turn: .seconds(60))
    private let now = RosterTests.start

    private func definition(
        _ tenant: String = "acme",
        _ id: String = "support",
        every seconds: Int64 = 600
    ) throws -> ConnectionDefinition {
        var definition = try connection()
        definition.tenant = try #require(TenantID(rawValue: tenant))
        definition.id = try #require(ConnectionID(rawValue: id))
        definition.schedule = Schedule(everySeconds: seconds)
        return definition
    }

    private mutating func begin(at time: Timestamp, polls: Int = 100) -> RunOrder? {
        roster.order(at: time, polls: polls) { _ in true }
    }

    private mutating func end(_ order: RunOrder, at time: Timestamp, error: ExtractorError? = nil, polls: Int = 0) {
        roster.ended(order.definition.key, state: nil, error: error, at: time, polls: polls)
    }

    @Test("a new connection runs at once, then on its grid, never twice at a time")
    mutating func grid() throws {
        let definition = try definition()
        #expect(roster.define(definition, partition: 0, at: now) == nil)
        let first = try #require(begin(at: now))
        #expect(first.slot == now && first.trigger == .schedule && first.laneEnd == now + .seconds(600))
        #expect(begin(at: now + .seconds(700)) == nil, "it runs still")
        end(first, at: now + .seconds(10))
        #expect(begin(at: now + .seconds(599)) == nil)
        let due = try #require(roster.due(definition.key))
        // A connection's own jitter: at most a tenth of the interval.
        #expect(due >= now + .seconds(600) && due <= now + .seconds(660))
        let second = try #require(begin(at: due))
        #expect(second.slot == now + .seconds(600) && second.skipped == 0)
    }

    @Test("slots that pass while a run is under way are skipped and counted")
    mutating func skipped() throws {
        let definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now))
        end(first, at: now + .seconds(1900))
        #expect(begin(at: now + .seconds(1900)) == nil, "it waits for the next slot")
        let due = try #require(roster.due(definition.key))
        let second = try #require(begin(at: due))
        #expect(second.slot == now + .seconds(2400) && second.skipped == 3)
        end(second, at: due + .seconds(5))
        let third = try #require(roster.due(definition.key).flatMap { begin(at: $0) })
        #expect(third.slot == now + .seconds(3000) && third.skipped == 0)
    }

    @Test("what was broken off goes on at once where it is taken up, and its slot is not run again")
    mutating func unfinished() throws {
        let definition = try definition(every: 86_400)
        var state = ConnectionState()
        state.lastScheduledStart = now - .seconds(100)
        state.unfinishedSince = now - .seconds(90)
        _ = roster.define(definition, partition: 0, state: state, at: now)
        let order = try #require(begin(at: now))
        #expect(order.slot == nil && order.trigger == .schedule && order.laneEnd == now + .seconds(86_300))
        end(order, at: now + .seconds(5))
        #expect(try #require(roster.due(definition.key)) >= now + .seconds(86_300))
    }

    @Test("a run that was asked for is begun where it is taken up, and the time that its parts took is known there")
    mutating func askedElsewhere() throws {
        let definition = try definition(every: 86_400)
        var state = ConnectionState()
        state.lastScheduledStart = now - .seconds(100)
        state.unfinishedSince = now - .seconds(90)
        state.unfinishedSeconds = 30
        state.askedRun = "a"
        _ = roster.define(definition, partition: 0, state: state, at: now)
        let order = try #require(begin(at: now))
        #expect(order.trigger == .command && order.spent == .seconds(30))
        // It broke off: it is one that was asked for still.
        end(order, at: now + .seconds(5), error: .transport("down"))
        let second = try #require(begin(at: now + .seconds(7)))
        #expect(second.trigger == .command)
        end(second, at: now + .seconds(9))
        #expect(try #require(roster.due(definition.key)) >= now + .seconds(86_300))
    }

    @Test("a run that is handed over leaves nothing behind here, one that yields waits for its turn again")
    mutating func endings() throws {
        let (one, other, third) = (try definition("a"), try definition("b"), try definition("c"))
        for definition in [one, other, third] { _ = roster.define(definition, partition: 3, at: now) }
        let running = [try #require(begin(at: now)), try #require(begin(at: now))]
        #expect(begin(at: now) == nil, "all places are taken")
        let later = now + .seconds(61)
        let yielding = roster.yielding(at: later)
        #expect(yielding.count == 1)
        end(try #require(running.first { $0.definition.key == yielding[0] }), at: later)
        let next = try #require(begin(at: later)).definition.key
        #expect(!running.map(\.definition.key).contains(next), "the one that waited")
        let lost = roster.lose([3])
        #expect(lost.count == 2 && roster.count == 2, "two run, the third is gone")
        for key in lost { roster.ended(key, state: nil, error: nil, at: later, polls: 0) }
        #expect(roster.count == 0 && roster.runningCount == 0 && roster.nextDue == nil)
    }

    @Test("a fenced run starts anew only when the group has been heard again since, later each time")
    mutating func takenOver() throws {
        let definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now, polls: 7))
        end(first, at: now + .seconds(20), error: .takenOver, polls: 7)
        #expect(begin(at: now + .seconds(22), polls: 8) == nil, "the poll under way may have begun before")
        let second = try #require(begin(at: now + .seconds(24), polls: 9))
        #expect(second.slot == nil)
        end(second, at: now + .seconds(30), error: .takenOver, polls: 9)
        #expect(begin(at: now + .seconds(31), polls: 20) == nil, "twice as long")
        #expect(begin(at: now + .seconds(33), polls: 20) != nil)
    }

    @Test("a failing login waits for the next slot, a log that does not answer does not")
    mutating func failures() throws {
        let definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        end(try #require(begin(at: now)), at: now + .seconds(1), error: .transport("down"))
        #expect(roster.due(definition.key) == now + .seconds(2))
        let second = try #require(begin(at: now + .seconds(2)))
        end(second, at: now + .seconds(3), error: .anonymous(host: "acme.zendesk.com"))
        #expect(try #require(roster.due(definition.key)) >= now + .seconds(600))
    }

    @Test("nothing begins in a partition that is not the process's own for certain")
    mutating func notOwned() throws {
        _ = roster.define(try definition(), partition: 0, at: now)
        #expect(roster.order(at: now, polls: 1) { _ in false } == nil)
        #expect(begin(at: now) == nil, "it is looked at again a little later")
        #expect(begin(at: now + .seconds(1)) != nil)
    }

    @Test("a changed schedule takes effect at once; a changed selection ends the run, which goes on with it")
    mutating func redefined() throws {
        var definition = try definition(every: 86_400)
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now))
        definition.schedule = Schedule(everySeconds: 60)
        #expect(roster.define(definition, partition: 0, at: now) == nil, "the run goes on")
        end(first, at: now + .seconds(1))
        #expect(try #require(roster.due(definition.key)) < now + .seconds(70))
        definition.schedule = Schedule(everySeconds: 3600)
        _ = roster.define(definition, partition: 0, at: now)
        #expect(try #require(roster.due(definition.key)) >= now + .seconds(3600))
        definition.schedule = Schedule(everySeconds: 60)
        _ = roster.define(definition, partition: 0, at: now)
        let second = try #require(roster.due(definition.key).flatMap { begin(at: $0) })
        definition.streams = StreamSelection(include: ["tickets"])
        #expect(roster.define(definition, partition: 0, at: now) == .redefined)
        end(second, at: now + .seconds(70))
        #expect(begin(at: now + .seconds(70))?.definition.streams.include == ["tickets"])
    }

    @Test("a deletion ends the run and forgets the connection; one that is there again runs again")
    mutating func deleted() throws {
        var definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now))
        definition.deletedAt = now
        #expect(roster.define(definition, partition: 0, at: now) == .deleted)
        end(first, at: now + .seconds(1))
        #expect(roster.count == 0)
        #expect(roster.define(definition, partition: 0, at: now) == nil && roster.count == 0)
        definition.deletedAt = nil
        _ = roster.define(definition, partition: 0, at: now)
        #expect(roster.remove(definition.key) == nil && roster.count == 0)
        _ = roster.define(definition, partition: 0, at: now)
        #expect(begin(at: now) != nil)
    }

    @Test("read again: a run goes on with its own state; what waits or is idle takes what another process left")
    mutating func readAgain() throws {
        var elsewhere = ConnectionState()
        elsewhere.lastScheduledStart = now
        let (one, other) = (try definition("one"), try definition("other"))
        let (third, gone) = (try definition("third"), try definition("gone"))
        roster = Roster(concurrency: 1)
        for definition in [one, other, third, gone] {
            _ = roster.define(definition, partition: definition == gone ? 1 : 0, at: now)
        }
        let first = try #require(begin(at: now))
        #expect(first.definition.key == one.key && begin(at: now) == nil)
        #expect(Set(roster.connections(in: [0])) == [one.key, other.key, third.key])
        // Nothing of the run that is under way was durable yet.
        #expect(roster.define(one, partition: 0, state: ConnectionState(), at: now) == nil)
        #expect(roster.isRunning(one.key) && roster.state(of: one.key)?.lastScheduledStart == now)
        #expect(roster.define(other, partition: 0, state: elsewhere, at: now) == nil)
        #expect(try #require(roster.due(other.key)) >= now + .seconds(600), "it ran elsewhere")
        #expect(roster.lose([1]).isEmpty && roster.count == 3)
        end(first, at: now + .seconds(1))
        #expect(begin(at: now + .seconds(1))?.definition.key == third.key)
    }

    @Test("slots that were skipped are still counted when the partition was read again meanwhile")
    mutating func skippedAndReadAgain() throws {
        let definition = try definition(every: 30)
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now))
        end(first, at: now + .seconds(64))
        var saved = ConnectionState()
        saved.lastScheduledStart = now
        _ = roster.define(definition, partition: 0, state: saved, at: now + .seconds(70))
        let due = try #require(roster.due(definition.key))
        let second = try #require(begin(at: due))
        #expect(second.slot == now + .seconds(90) && second.skipped == 2)
    }

    @Test("what was broken off is taken up before what is due")
    mutating func unfinishedFirst() throws {
        roster = Roster(concurrency: 1)
        var state = ConnectionState()
        state.lastScheduledStart = now - .seconds(590)
        let due = try definition("due", every: 60)
        _ = roster.define(due, partition: 0, state: state, at: now)
        state.unfinishedSince = now - .seconds(590)
        let brokenOff = try definition("broken-off")
        _ = roster.define(brokenOff, partition: 0, state: state, at: now)
        #expect(begin(at: now)?.definition.key == brokenOff.key)
    }

    @Test("paused: no run by itself, but one that is asked for; resumed: the slot that was missed")
    mutating func paused() throws {
        let definition = try definition()
        var state = ConnectionState()
        state.lastScheduledStart = now - .seconds(1200)
        state.pausedSince = now - .seconds(900)
        _ = roster.define(definition, partition: 0, state: state, at: now)
        #expect(begin(at: now + .seconds(99_999)) == nil)
        roster.ask(definition.key, by: "a", at: now)
        let asked = try #require(begin(at: now))
        #expect(asked.trigger == .command && asked.slot == nil)
        end(asked, at: now + .seconds(1))
        #expect(roster.due(definition.key) == nil)
        #expect(roster.beginChange(definition.key) && !roster.beginChange(definition.key))
        state.pausedSince = nil
        roster.changed(definition.key, state, at: now)
        #expect(begin(at: now + .seconds(60))?.slot == now)
    }

    @Test("a run that is asked for while one is under way begins after it; a stop takes both away until the next slot")
    mutating func asked() throws {
        let definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        let first = try #require(begin(at: now))
        roster.ask(definition.key, by: "a", at: now)
        #expect(begin(at: now + .seconds(1)) == nil)
        end(first, at: now + .seconds(2))
        let second = try #require(begin(at: now + .seconds(2)))
        #expect(second.trigger == .command)
        roster.ask(definition.key, by: "b", at: now)
        #expect(roster.end(definition.key, .stopped) == .stopped)
        roster.forgetUnfinished(definition.key, at: now)
        end(second, at: now + .seconds(3))
        #expect(begin(at: now + .seconds(4)) == nil)
        #expect(try #require(roster.due(definition.key)) >= now + .seconds(600))
    }

    @Test("an ending that lasts wins over one that goes on, and each is told once")
    mutating func strongerEnding() throws {
        let key = try definition().key
        _ = roster.define(try definition(), partition: 0, at: now)
        #expect(roster.end(key, .yields) == nil, "it does not run")
        _ = begin(at: now)
        #expect(roster.end(key, .yields) == .yields && roster.end(key, .handedOver) == nil)
        #expect(roster.end(key, .stopped) == .stopped && roster.end(key, .yields) == nil)
    }

    @Test("a clock that is set back delays nothing by more than an interval; one that is set forward makes up once")
    mutating func clockSteps() throws {
        let definition = try definition()
        _ = roster.define(definition, partition: 0, at: now)
        end(try #require(begin(at: now)), at: now + .seconds(1))
        let yesterday = now - .seconds(86_400)
        #expect(begin(at: yesterday) == nil)
        #expect(try #require(roster.due(definition.key)) <= yesterday + .seconds(660))
        let due = try #require(roster.due(definition.key))
        end(try #require(begin(at: due)), at: due + .seconds(1))
        let tomorrow = now + .seconds(86_400)
        let madeUp = try #require(begin(at: tomorrow))
        end(madeUp, at: tomorrow + .seconds(1))
        #expect(begin(at: tomorrow + .seconds(1)) == nil, "once")
    }
}
