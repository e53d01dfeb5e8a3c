import Foundation
import Messaging
import Model
import Synchronization

/// A command and where it stands in its partition.
struct Asked: Sendable {
    var command: Command
    var offset: Int64

    /// Nil where the delivery cannot be read as a command.
    init?(_ delivery: Delivery) {
        guard let command = delivery.decoded(as: Command.self) else { return nil }
        self.command = command
        offset = delivery.offset
    }
}

/// What a command came to.
struct ObeyedCommand: Sendable {
    /// As it is durable.
    var state: ConnectionState
    var effect: CommandEffect
}

/// Changes a connection's state while nothing of it runs, as durably and as well fenced as a run would.
struct StateChange: Sendable {
    /// Each takes a producer of its own.
    static let atOnce = 4

    private let environment: ExtractorEnvironment
    private let gate = Gate(capacity: StateChange.atOnce)

    init(_ environment: ExtractorEnvironment) {
        self.environment = environment
    }

    /// Obeys a command: what it does to the state, and to the bookmarks, is in one transaction.
    /// - Throws: `MessagingError`, `CancellationError`: nothing is changed then.
    func obey(_ asked: Asked, of definition: ConnectionDefinition) async throws -> ObeyedCommand {
        let topic = environment.namespace.commands
        let now = environment.clock.now()
        let told = Mutex(CommandEffect.none)
        let state = try await perform(on: definition.key) { state in
            var (after, effect) = CommandRule.obey(asked.command, topic: topic, offset: asked.offset, state: state)
            defer {
                after.nextRun = after.nextRun(of: definition, at: now)
                told.withLock { [effect] in $0 = effect }
                state = after
            }
            guard case .reset(let stream, let from) = effect else { return nil }
            do {
                return try ResetPlan(of: definition, streams: stream.map { [$0.rawValue] } ?? [], from: from, now: now)
            } catch {
                after.refuseLastCommand(ExtractorError(error).message)
                effect = .none
                return nil
            }
        }
        return ObeyedCommand(state: state, effect: told.withLock { $0 })
    }

    /// Whoever still extracts for the connection is fenced, then the newest state is read, changed and published.
    /// - Parameter change: returns which streams are to be read anew, in the same transaction.
    /// - Returns: the state, durable.
    /// - Throws: `MessagingError`, `CancellationError`.
    func perform(
        on key: ConnectionKey,
        _ change: @Sendable (inout ConnectionState) -> ResetPlan?
    ) async throws -> ConnectionState {
        try await gate.pass {
            let (transport, namespace) = (environment.transport, environment.namespace)
            let producer = try await transport.producer(.transactional(id: namespace.transactionalID(of: key)))
            do {
                let saved = try await BookmarkStore(transport, namespace).saved(for: key)
                var state = saved.state ?? ConnectionState()
                var messages: [Message] = []
                if let plan = change(&state) {
                    messages = try StreamReset(transport, namespace).messages(plan, saved, at: environment.clock.now())
                }
                if state != saved.state {
                    let partition = transport.partition(of: key)
                    messages.append(try Message(state, of: key, in: namespace, partition: partition))
                }
                if !messages.isEmpty { try await producer.publish(messages) }
                await producer.close()
                return state
            } catch {
                await producer.close()
                throw error
            }
        }
    }
}

extension ConnectionState {
    /// Notes that nothing comes of the command that was noted last.
    fileprivate mutating func refuseLastCommand(_ reason: String) {
        guard let last = commands?.indices.last else { return }
        commands?[last].refusal = reason
    }
}
