import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Testing
import ZendeskSimulator

/// What people ask of the service, over an embedded log.
@Suite("ExtractorService: commands", .serialized, .timeLimit(.minutes(30)))
struct ServiceCommandTests {
    @Test("commands are obeyed: pause, run, resume, stop, reset; each once, over restarts too")
    func commands() async throws {
        try await withRig(tickets: 60) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.command(.pause, "c1")
                try await rig.until { try await rig.state()?.pausedSince != nil }
                try await rig.command(.run, "c2")
                try await rig.untilReports(2)
                #expect(try await rig.reports().last?.trigger == .command)
                try await rig.command(.run, "c2")
                try await rig.command(.resume, "c3")
                try await rig.until { try await rig.state()?.pausedSince == nil }
                #expect(try await rig.reports().count == 2, "an id counts once")
            }
            // While nobody serves.
            let before = try await rig.events("users").count
            try await rig.command(.reset, "c4", stream: "users")
            try await rig.command(.run, "c5")
            try await whileServing(rig) { rig in
                try await rig.untilReports(3)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
            #expect(try await rig.events("users").filter { $0.envelope.type == .upsert }.count > before)
            try await expectOnlyAnotherRuns(rig, after: 3, "no command was obeyed again")
        }
    }

    @Test("`stop` ends the run under way at its page, and waits for no answer; the next slot goes on")
    func stop() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(600)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.events("tickets").count >= 50 }
                let asked = ContinuousClock.now
                try await rig.command(.stop, "s1")
                try await rig.untilReports(1)
                let passed = ContinuousClock.now - asked
                #expect(passed < .seconds(300), "the request takes ten minutes: \(passed)")
                #expect(try await rig.reports().last?.status == .stopped)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
        }
    }

    @Test("a check is answered in the state: beside a run, and anew by the next process where one was broken off")
    func check() async throws {
        try await withRig(tickets: 400) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            let tickets = "/api/v2/incremental/tickets"
            rig.simulator.inject(Fault(tickets, .delay(.seconds(600)), skip: 2, count: 1))
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                // The one that takes a minute is the run's.
                try await rig.until {
                    rig.simulator.account().requests.filter { $0.path.hasPrefix(tickets) }.count >= 3
                }
                try await rig.command(.check, "k1")
                try await rig.until { try await rig.state()?.check?.command == "k1" }
                #expect(try await rig.reports().isEmpty, "the run is still under way")
                let answer = try #require(try await rig.state()?.check)
                #expect(!answer.findings.hasProblem && answer.completedAt >= answer.startedAt)
                #expect(answer.findings.contains { $0.check == "login" })
                #expect(try await rig.state()?.askedCheck == nil)
                try await rig.command(.stop, "s1")
                try await rig.untilReports(1)
            }
            rig.simulator.clearFaults()
            rig.simulator.inject(Fault("/api/v2/users/me", .delay(.seconds(120)), count: 1))
            try await whileServing(rig, isKilled: true) { rig in
                try await rig.command(.check, "k2")
                try await rig.until { try await rig.state()?.askedCheck == "k2" }
            }
            rig.simulator.clearFaults()
            try await whileServing(rig) { rig in
                try await rig.until { try await rig.state()?.check?.command == "k2" }
                let first = try await rig.state()?.check
                try await rig.command(.check, "k2")
                try await rig.command(.pause, "p1")
                try await rig.until { try await rig.state()?.pausedSince != nil }
                #expect(try await rig.state()?.check == first, "an id counts once")
            }
        }
    }

    @Test("a command that comes before its connection is obeyed when that comes")
    func early() async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.command(.pause, "early")
                // Another's run shows that the command has been taken up.
                try await rig.publish(try rig.other("beta"))
                try await rig.untilReports(1)
                try await rig.publish(rig.definition)
                try await rig.until { try await rig.state()?.pausedSince != nil }
            }
        }
    }

    @Test("the run's report acknowledges what was obeyed before it and in it, runs or none")
    func acknowledged() async throws {
        try await withRig(tickets: 60) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                #expect(try await rig.reports().last?.commands == nil)
                try await rig.command(.pause, "a1")
                try await rig.command(.stop, "a2")
                rig.simulator.inject(Fault("/api/v2/incremental/tickets", .delay(.seconds(60)), count: 1))
                try await rig.command(.run, "a3")
                try await rig.until { try await rig.state()?.commands?.last?.id == "a3" }
                try await rig.until { try await rig.state()?.unfinishedSince != nil }
                try await rig.command(.resume, "a4")
                try await rig.until { try await rig.state()?.commands?.last?.id == "a4" }
                try await rig.command(.stop, "a5")
                try await rig.untilReports(2)
                #expect(try await rig.reports().last?.commands == ["a1", "a2", "a3", "a4", "a5"])
                try await rig.command(.reset, "a6", stream: "nothing")
                try await rig.until { try await rig.state()?.commands?.last?.id == "a6" }
                #expect(try await rig.state()?.commands?.last?.refusal?.contains("no stream `nothing`") == true)
            }
        }
    }

    @Test(
        "a process that dies around the state of a run-now or a reset loses neither, and does neither twice",
        arguments: DyingTransport.Moment.allCases,
        [Command.Kind.run, .reset]
    )
    func killed(moment: DyingTransport.Moment, type: Command.Kind) async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
            let before = try await rig.bookmark("users")
            let dying = DyingTransport(rig.transport, moment, publicationOf: "\"fatal\"")
            try await whileServing(rig, over: dying, isKilled: true) { rig in
                try await rig.command(type, "fatal", stream: type == .reset ? "users" : nil)
                await dying.hasDied.wait()
            }
            let isThere = try await rig.state()?.commands?.map(\.id) == ["fatal"]
            #expect(isThere == (moment == .after))
            #expect(try await rig.reports().count == 1)
            let isReset = try await rig.bookmark("users")?.reset != before?.reset
            #expect(isReset == (moment == .after && type == .reset), "with the state, or not at all")
            try await whileServing(rig) { rig in
                if type == .run {
                    try await rig.untilReports(2)
                    #expect(try await rig.reports().last?.trigger == .command)
                    try await rig.until { try await rig.state()?.unfinishedSince == nil }
                } else {
                    try await rig.until { try await rig.bookmark("users")?.reset != before?.reset }
                }
                #expect(try await rig.state()?.commands?.map(\.id) == ["fatal"])
            }
            let (count, reset) = (try await rig.reports().count, try await rig.bookmark("users")?.reset)
            try await expectOnlyAnotherRuns(rig, after: count, "it did not run again")
            #expect(try await rig.bookmark("users")?.reset == reset)
        }
    }

    @Test("a run that was asked for goes on as one where it is taken up after a crash in the middle of it")
    func killedInRun() async throws {
        try await withRig(tickets: 60) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            rig.definition.intervals = ["groups": 86_400]
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
            let dying = DyingTransport(rig.transport, .after, publicationOf: "\"unfinished_since\"")
            try await whileServing(rig, over: dying, isKilled: true) { rig in
                try await rig.command(.run, "asked")
                await dying.hasDied.wait()
            }
            #expect(try await rig.state()?.askedRun == "asked")
            let count = try await rig.reports().count
            try await whileServing(rig) { rig in
                try await rig.untilReports(count + 1)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
            }
            let last = try #require(try await rig.reports().last)
            #expect(last.trigger == .command && last.status == .succeeded)
            #expect(last.streams.first { $0.stream == "groups" }?.requests ?? 0 > 0, "all of it is read")
            #expect(try await rig.state()?.askedRun == nil)
        }
    }

    @Test("a reset moves its streams alone; one that is read in full gets a new version")
    func reset() async throws {
        try await withRig(tickets: 60) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            let streams: [StreamName] = ["tickets", "users", "groups"]
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.until { try await rig.state()?.unfinishedSince == nil }
                var before: [StreamName: Bookmark] = [:]
                for stream in streams { before[stream] = try await rig.bookmark(stream) }
                try await rig.command(.reset, "r1", stream: "groups")
                try await rig.until { try await rig.state()?.commands?.last?.id == "r1" }
                let groups = try #require(try await rig.bookmark("groups"))
                #expect(try #require(groups.tableVersion) > #require(before["groups"]?.tableVersion))
                for stream in ["tickets", "users"] as [StreamName] {
                    #expect(try await rig.bookmark(stream) == before[stream])
                }
            }
        }
    }

    @Test("a state that was moved from another namespace keeps its pause, and obeys the commands of this one")
    func moved() async throws {
        try await withRig(tickets: 20) { rig in
            var state = ConnectionState()
            state.pausedSince = Timestamp(seconds: 1_795_168_800)
            state.lastCommandTopic = "elsewhere.commands"
            state.lastCommandOffset = 1_000
            try await rig.publish(
                deskpipe.bookmarks,
                acme,
                try WireJSON.bytes(of: state),
                named: MessageKey.state(acme)
            )
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.command(.resume, "m1")
                try await rig.untilReports(1)
                let state = try await rig.state()
                #expect(state?.pausedSince == nil && state?.lastCommandTopic == deskpipe.commands)
                #expect(try #require(state?.lastCommandOffset) < 1_000)
            }
        }
    }

    @Test("the state tells of the next run as soon as a schedule or a pause changes it")
    func nextRun() async throws {
        try await withRig(tickets: 20) { rig in
            rig.definition.schedule = Schedule(everySeconds: 86_400)
            let next = { [rig] (definition: ConnectionDefinition) async throws -> Bool in
                let state = try #require(try await rig.state())
                let expected = ScheduleGrid(of: definition).next(
                    after: state.lastScheduledStart,
                    now: SystemClock().now()
                )
                return state.nextRun == expected.dueAt
            }
            var halved = rig.definition
            halved.schedule = Schedule(everySeconds: 43_200)
            var often = rig.definition
            often.schedule = Schedule(everySeconds: 7200)
            try await whileServing(rig) { rig in
                try await rig.publish(rig.definition)
                try await rig.untilReports(1)
                try await rig.until { try await next(rig.definition) }
                try await rig.publish(halved)
                try await rig.until { try await next(halved) }
                try await rig.command(.pause, "n1")
                try await rig.until { try await rig.state()?.pausedSince != nil }
                #expect(try await rig.state()?.nextRun == nil)
                try await rig.command(.resume, "n2")
                try await rig.until { try await rig.state()?.pausedSince == nil }
                #expect(try await next(halved))
            }
            // While nobody serves.
            try await rig.publish(often)
            try await whileServing(rig) { rig in
                try await rig.until { try await next(often) }
            }
            #expect(try await rig.reports().count == 1)
        }
    }

    @Test("a run of one's own choice obeys first what was asked while nobody served")
    func once() async throws {
        try await withRig(tickets: 20) { rig in
            let service = ExtractorService(environment: rig.environment)
            _ = await service.runOnce([rig.definition], stop: StopSignal())
            try await rig.command(.pause, "o1")
            try await rig.command(.reset, "o2", stream: "users")
            try await rig.command(.run, "o3")
            let before = try await rig.events("users").count
            let groups = try await rig.bookmark("organizations")?.reset
            let outcomes = await service.runOnce([rig.definition], stop: StopSignal())
            #expect(outcomes.first?.report.status == .succeeded)
            #expect(outcomes.first?.report.commands == ["o1", "o2", "o3"])
            #expect(try await rig.events("users").count >= 2 * before)
            #expect(try await rig.bookmark("organizations")?.reset == groups)
            let state = try #require(try await rig.state())
            #expect(state.askedRun == nil && state.pausedSince != nil)
            let reset = try await rig.bookmark("users")?.reset
            _ = await service.runOnce([rig.definition], stop: StopSignal())
            #expect(try await rig.bookmark("users")?.reset == reset, "once")
        }
    }
}
