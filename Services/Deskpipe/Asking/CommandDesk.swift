import Logging
import Messaging
import Model
import ServiceRuntime

/// Publishes commands and waits for the acknowledgement, which stands in the connection's state.
struct CommandDesk {
    private static let patience = Duration.seconds(5)
    private static let pause = Duration.milliseconds(300)

    let settings: Settings
    let transport: any Transport

    /// Gives each connection its command.
    /// - Parameter waits: until all are acknowledged, for a while.
    func ask(_ commands: [(key: ConnectionKey, command: Command)], waits: Bool) async throws -> [AskedCommand] {
        try await transport.publish(
            commands.map { try transport.message(settings.namespace.commands, $0.key, $0.command) }
        )
        var asked = commands.map { AskedCommand($0.command, to: $0.key) }
        var isRunning = try TransportOpening.isOwned(settings)
        let waits = waits && isRunning != false
        if waits {
            let answers = try await answers(to: commands)
            for index in asked.indices {
                if let answer = answers[asked[index].id] { asked[index].take(answer) }
            }
            // It may have ended meanwhile.
            isRunning = try TransportOpening.isOwned(settings)
        }
        for index in asked.indices { asked[index].explain(isExtractorRunning: isRunning, waited: waits) }
        return asked
    }

    /// - Returns: by id, those that there are when all have come or the patience is over.
    private func answers(
        to commands: [(key: ConnectionKey, command: Command)]
    ) async throws -> [String: ConnectionState.ObeyedCommand] {
        let partitions = Set(commands.map { transport.partition(of: $0.key) })
        let ids = Set(commands.map(\.command.id))
        let deadline = ContinuousClock.now + Self.patience
        var tail = StateTail(transport, settings.namespace)
        while true {
            try await tail.readOn(partitions.sorted())
            var answers: [String: ConnectionState.ObeyedCommand] = [:]
            for (key, _) in commands {
                for answer in tail.states[key]?.commands ?? [] where ids.contains(answer.id) {
                    answers[answer.id] = answer
                }
            }
            if answers.count == ids.count || .now >= deadline { return answers }
            try await Task.sleep(for: Self.pause)
        }
    }
}
