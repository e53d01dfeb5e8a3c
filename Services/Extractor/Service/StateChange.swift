import Foundation
import Messaging
import Model

/// Changes a connection's state while nothing of it runs, as durably and as well fenced as a run would.
struct StateChange: Sendable {
    /// Each takes a producer of its own.
    private static let atOnce = 4

    private let environment: ExtractorEnvironment
    private let gate = Gate(capacity: StateChange.atOnce)

    init(_ environment: ExtractorEnvironment) {
        self.environment = environment
    }

    /// Whoever still extracts for the connection is fenced, then the newest state is read, changed and published.
    /// - Parameter plan: streams that are to be read anew, before the state tells that they are.
    /// - Returns: the state, durable.
    /// - Throws: `MessagingError`, `CancellationError`.
    func perform(
        on key: ConnectionKey,
        resetting plan: ResetPlan? = nil,
        _ change: @Sendable (inout ConnectionState) -> Void
    ) async throws -> ConnectionState {
        try await gate.pass {
            let (transport, namespace) = (environment.transport, environment.namespace)
            if let plan { try await StreamReset(transport, namespace).perform(plan, at: environment.clock.now()) }
            let producer = try await transport.producer(.transactional(id: namespace.transactionalID(of: key)))
            do {
                let saved = try await BookmarkStore(transport, namespace).saved(for: key).state
                var state = saved ?? ConnectionState()
                change(&state)
                if state != saved { try await producer.publish([try message(state, of: key)]) }
                await producer.close()
                return state
            } catch {
                await producer.close()
                throw error
            }
        }
    }

    private func message(_ state: ConnectionState, of key: ConnectionKey) throws -> Message {
        Message(
            topic: environment.namespace.bookmarks,
            partition: Partitioner.partition(of: key.tenant, partitions: environment.transport.partitions),
            key: MessageKey.state(key),
            value: try WireJSON.bytes(of: state)[...]
        )
    }
}
