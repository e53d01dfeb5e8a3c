import Foundation
import Logging
import Messaging
import Model

/// Commands that wait for an extractor, obeyed before a run of a process's own choice.
struct PendingCommands: Sendable {
    private let environment: ExtractorEnvironment
    private let changes: StateChange

    init(_ environment: ExtractorEnvironment) {
        self.environment = environment
        changes = StateChange(environment)
    }

    /// Obeys what was asked of these connections and not obeyed yet. What cannot be read or written is left to the next
    /// one, and logged.
    func obey(for connections: [ConnectionDefinition]) async {
        do {
            let definitions = Dictionary(connections.map { ($0.key, $0) }) { $1 }
            for (key, asked) in try await waiting(for: connections) {
                guard let definition = definitions[key] else { continue }
                let obeyed = try await changes.obey(asked, of: definition)
                environment.logger.commandObeyed(asked.command, of: key, obeyed.state)
            }
        } catch {
            environment.logger.warning(
                "commands could not be obeyed; they wait for the next run",
                metadata: [LogKeys.error: "\(ExtractorError(error).message)"]
            )
        }
    }

    /// In the order of their offsets.
    private func waiting(for connections: [ConnectionDefinition]) async throws -> [(ConnectionKey, Asked)] {
        let (transport, namespace) = (environment.transport, environment.namespace)
        let partitions = Set(connections.map { transport.partition(of: $0.key) })
        guard !partitions.isEmpty else { return [] }
        let reading = PartitionReading(transport: transport, namespace: namespace)
        let contents = try await reading.contents(of: partitions.sorted())
        return contents.commands.compactMap { delivery in
            guard let key = delivery.keyText.flatMap(MessageKey.connection), let asked = Asked(delivery),
                asked.offset > contents.states[key]?.lastCommandOffset(in: namespace.commands) ?? -1
            else { return nil }
            return (key, asked)
        }
    }
}
