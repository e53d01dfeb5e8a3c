import Logging
import Messaging
import Model
import ServiceRuntime

/// Publishes commands and waits until they are obeyed.
struct CommandDesk {
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(300)

    let settings: Settings
    let transport: any Transport

    /// Gives each connection its command.
    /// - Parameter waits: until all are obeyed, for a while.
    func ask(_ commands: [(key: ConnectionKey, command: Command)], waits: Bool) async throws -> [AskedCommand] {
        try await publish(commands)
        var asked = commands.map { AskedCommand($0.command, to: $0.key) }
        var isRunning = try TransportOpening.isOwned(settings)
        let waits = waits && isRunning != false
        if waits {
            let obeyed = try await waitUntilObeyed(commands)
            for index in asked.indices where obeyed.contains(asked[index].id) { asked[index].state = .obeyed }
            // It may have ended meanwhile.
            isRunning = try TransportOpening.isOwned(settings)
        }
        for index in asked.indices { asked[index].explain(isExtractorRunning: isRunning, waited: waits) }
        return asked
    }

    private func publish(_ commands: [(key: ConnectionKey, command: Command)]) async throws {
        let messages = try commands.map { key, command in
            Message(
                topic: settings.namespace.commands,
                partition: Partitioner.partition(of: key.tenant, partitions: transport.partitions),
                key: key.description,
                value: try WireJSON.bytes(of: command)[...]
            )
        }
        let producer = try await transport.producer(.idempotent)
        do {
            try await producer.publish(messages)
            await producer.close()
        } catch {
            await producer.close()
            throw error
        }
    }

    /// - Returns: the ids of those that were, when all are or the patience is over.
    private func waitUntilObeyed(_ commands: [(key: ConnectionKey, command: Command)]) async throws -> Set<String> {
        let partitions = Set(commands.map { Partitioner.partition(of: $0.key.tenant, partitions: transport.partitions) })
        let deadline = ContinuousClock.now + Self.patience
        var tail = StateTail(transport, settings.namespace)
        while true {
            try await tail.readOn(partitions.sorted())
            let obeyed = commands.filter { key, command in
                tail.states[key]?.commands?.contains { $0.id == command.id } == true
            }
            if obeyed.count == commands.count || .now >= deadline { return Set(obeyed.map(\.command.id)) }
            try await Task.sleep(for: Self.pause)
        }
    }
}

extension Command {
    /// One from this program.
    init(_ type: Kind, stream: StreamName? = nil, from: Timestamp? = nil, at now: Timestamp) {
        let randomness = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))
        let id = RunID(at: now, randomness: randomness).rawValue
        self.init(id: id, type: type, stream: stream, from: from, issuedAt: now, by: "cli")
    }
}
