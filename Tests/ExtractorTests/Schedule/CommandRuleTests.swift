import Extractor
import Model
import TestSupport
import Testing

@Suite("CommandRule")
struct CommandRuleTests {
    private static let time = Timestamp(seconds: 1_800_000_000)

    private func command(_ id: String, _ type: Command.Kind) -> Command {
        Command(id: id, type: type, stream: type == .reset ? "users" : nil, issuedAt: Self.time)
    }

    @Test(
        "each command has its effect, and what is so already has none",
        arguments: [
            (.run, false, .run), (.run, true, .run), (.pause, false, .pause), (.pause, true, .none),
            (.resume, true, .resume), (.resume, false, .none), (.stop, false, .stop), (.check, false, .check),
            (.reset, true, .reset(stream: "users", from: nil)),
        ] as [(Command.Kind, Bool, CommandEffect)]
    )
    func effects(type: Command.Kind, isPaused: Bool, expected: CommandEffect) {
        var before = ConnectionState()
        before.pausedSince = isPaused ? Self.time - .seconds(60) : nil
        let (state, effect) = CommandRule.obey(command("a", type), topic: "t", offset: 7, state: before)
        #expect(effect == expected)
        #expect(state.lastCommandOffset == 7 && state.commands?.map(\.id) == ["a"])
        switch type {
        case .pause: #expect(state.pausedSince == (isPaused ? before.pausedSince : Self.time))
        case .resume: #expect(state.pausedSince == nil)
        case .run: #expect(state.askedRun == "a" && state.pausedSince == before.pausedSince)
        default: #expect(state.pausedSince == before.pausedSince)
        }
    }

    @Test("one that is read again, or was published twice, has no effect; the latter is noted as done")
    func repeats() {
        let (once, _) = CommandRule.obey(command("a", .run), topic: "t", offset: 5, state: ConnectionState())
        #expect(CommandRule.obey(command("a", .run), topic: "t", offset: 5, state: once) == (once, .none))
        #expect(CommandRule.obey(command("b", .run), topic: "t", offset: 4, state: once) == (once, .none))
        let (twice, effect) = CommandRule.obey(command("a", .run), topic: "t", offset: 6, state: once)
        #expect(effect == .none && twice.lastCommandOffset == 6 && twice.commands == once.commands)
    }

    @Test("offsets of another topic say nothing, ids do")
    func topics() {
        let (state, _) = CommandRule.obey(
            command("a", .run),
            topic: "old.commands",
            offset: 90,
            state: ConnectionState()
        )
        #expect(CommandRule.obey(command("a", .run), topic: "new.commands", offset: 0, state: state).1 == .none)
        let (moved, effect) = CommandRule.obey(command("b", .pause), topic: "new.commands", offset: 1, state: state)
        #expect(effect == .pause && moved.lastCommandOffset(in: "new.commands") == 1)
        #expect(moved.lastCommandOffset(in: "old.commands") == nil)
        #expect(CommandRule.obey(command("c", .resume), topic: "new.commands", offset: 1, state: moved).1 == .none)
    }

    @Test("a stop takes away what is unfinished and what was asked for before it")
    func stop() {
        var state = CommandRule.obey(command("a", .run), topic: "t", offset: 1, state: ConnectionState()).0
        #expect(state.askedRun == "a")
        state.unfinishedSince = Self.time
        state.unfinishedSeconds = 5
        let (stopped, _) = CommandRule.obey(command("b", .stop), topic: "t", offset: 2, state: state)
        #expect(stopped.askedRun == nil && stopped.unfinishedSince == nil && stopped.unfinishedSeconds == nil)
    }

    @Test("a log read any number of times from anywhere gives each command's effect once", arguments: 0..<50)
    func property(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let log = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            // Some are published again, by a sender that did not hear of the first.
            command(
                "id-\(Int.random(in: 0..<40, using: &random) / 2)",
                Command.Kind.allCases.randomElement(using: &random) ?? .run
            )
        }
        let (straight, effects) = obey(log, of: [0..<log.count])
        var parts: [Range<Int>] = []
        var end = 0
        while end < log.count {
            let start = Int.random(in: 0...end, using: &random)
            end = Int.random(in: end...log.count, using: &random)
            parts.append(start..<end)
        }
        // As after restarts: what was obeyed is read again.
        let (broken, brokenEffects) = obey(log, of: parts)
        #expect(broken == straight && brokenEffects == effects)
        #expect((straight.commands ?? []).count <= ConnectionState.mostCommands)
    }

    private func obey(_ log: [Command], of parts: [Range<Int>]) -> (ConnectionState, [CommandEffect]) {
        var state = ConnectionState()
        var effects: [CommandEffect] = []
        for offset in parts.joined() {
            let (after, effect) = CommandRule.obey(log[offset], topic: "t", offset: Int64(offset), state: state)
            state = after
            if effect != .none { effects.append(effect) }
        }
        return (state, effects)
    }
}
